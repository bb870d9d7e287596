import type { EChartsOption } from 'echarts'
import type { Judgement } from './judge-cell.ts'
import { unitOf } from './measured-cell.ts'
import { COLORS, colorOf } from './plot-colors.ts'

interface Place {
  readonly left: number
  readonly top: number
  readonly size: number
}

type Part = Required<Pick<EChartsOption, 'grid' | 'xAxis' | 'yAxis' | 'series' | 'title'>>

/**
 * Returns a panel with a dot for each cell on logarithmic axes, and the spread of both values. On the diagonal, both
 * are equal.
 */
export function scatterPanel(
  judgements: readonly Judgement[],
  unit: 'ms' | 'Mbps',
  index: number,
  { left, top, size }: Place,
): Part {
  const shown = judgements.filter(({ cell, outcome }) => unitOf(cell) === unit && 'error' in outcome)
  const values = shown.flatMap(({ expected, outcome }) => ('error' in outcome ? [expected, outcome.compared] : []))
  const low = powerOfTen(Math.floor(Math.log10(Math.min(...values, 1))))
  const high = powerOfTen(Math.ceil(Math.log10(Math.max(...values, 10))))
  const axis = { type: 'log' as const, min: low, max: high, gridIndex: index, nameLocation: 'middle' as const }
  const place = { xAxisIndex: index, yAxisIndex: index, silent: true }
  const lines = shown.flatMap((judgement) => spreadLines(judgement, low, high))
  return {
    title: { text: unit === 'ms' ? 'Latency and set-up, ms' : 'Throughput, Mbps', left, top: top - 32, ...SMALL },
    grid: { left, top, width: size, height: size, show: true, borderColor: '#dddddd' },
    xAxis: { ...axis, name: `measured, ${unit}`, nameGap: 28 },
    yAxis: { ...axis, name: `predicted, ${unit}`, nameGap: 48 },
    series: [
      straight([low, low], [high, high], '#cccccc', place),
      ...lines.map(([from, to, color]) => straight(from, to, color, place)),
      {
        ...place,
        type: 'scatter',
        symbolSize: 7,
        data: shown.map(({ expected, outcome }) => ({
          value: 'error' in outcome ? [expected, outcome.compared] : [],
          itemStyle: { color: colorOf(outcome.kind), opacity: 0.8 },
        })),
      },
    ],
  }
}

const SMALL = { textStyle: { fontSize: 14, color: COLORS.ink } }

type Point = readonly [number, number]

function spreadLines({ expected, measured, outcome }: Judgement, low: number, high: number): [Point, Point, string][] {
  if (!('error' in outcome)) return []
  const { compared, predicted } = outcome
  const inside = (value: number) => Math.min(Math.max(value, low), high)
  return [
    [[inside(measured.lowerQuartile), compared], [inside(measured.upperQuartile), compared], COLORS.measured],
    [[expected, inside(predicted.lowerQuartile)], [expected, inside(predicted.upperQuartile)], COLORS.predicted],
  ]
}

function straight(from: Point, to: Point, color: string, place: object) {
  return {
    ...place,
    type: 'line' as const,
    showSymbol: false,
    data: [[...from], [...to]],
    lineStyle: { color, width: 1.5 },
  }
}

function powerOfTen(exponent: number): number {
  return Number(`1e${exponent}`)
}
