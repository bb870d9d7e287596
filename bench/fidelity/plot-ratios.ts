import type { CustomSeriesOption, CustomSeriesRenderItemAPI, EChartsOption } from 'echarts'
import { formatNumber } from '../../src/report/format-number.ts'
import type { Judgement } from './judge-cell.ts'
import { type CellKind, nameOf, unitOf } from './measured-cell.ts'
import { COLORS, colorOf } from './plot-colors.ts'

const ROW_HEIGHT = 17
const LEFT = 360
const PANEL_WIDTH = 560

/** The range of the axis, in percent of the measured value, in both directions. */
const REACH: Readonly<Record<CellKind, number>> = {
  latency: 25,
  'ssh set-up': 25,
  throughput: 25,
  'throughput under loss': 100,
  'ns-3': 100,
}

type Part = Required<Pick<EChartsOption, 'grid' | 'xAxis' | 'yAxis' | 'series' | 'title'>>

export function panelHeight(rows: number): number {
  return rows * ROW_HEIGHT
}

/** Returns a panel with a row for each cell: the ratio of predicted to measured, the spread of both, and the bound. */
export function ratioPanel(kind: CellKind, judgements: readonly Judgement[], index: number, top: number): Part {
  const names = judgements.map(({ cell }) => nameOf(cell))
  const reach = REACH[kind]
  return {
    title: { text: `${kind}: error, % of measured`, left: 20, top: top - 30, textStyle: { fontSize: 14 } },
    grid: { left: LEFT, top, width: PANEL_WIDTH, height: panelHeight(judgements.length) },
    xAxis: {
      type: 'value',
      gridIndex: index,
      min: -reach,
      max: reach,
      splitNumber: 10,
      axisLabel: { formatter: '{value}' },
    },
    yAxis: [
      { type: 'category', gridIndex: index, data: names, inverse: true, axisLabel: { fontSize: 10, interval: 0 } },
    ],
    series: [
      bars(index, 15, judgements.flatMap(allowedBar), reach),
      bars(index, 9, judgements.flatMap(measuredBar), reach),
      bars(index, 4, judgements.flatMap(predictedBar), reach),
      dots(index, judgements, reach),
    ],
  }
}

interface Bar {
  readonly value: readonly [row: number, from: number, to: number]
  readonly itemStyle: { readonly color: string }
}

function allowedBar({ allowed, expected }: Judgement, row: number): Bar[] {
  return [barOf(row, allowed.low, allowed.high, expected, COLORS.allowed)]
}

function measuredBar({ measured, expected }: Judgement, row: number): Bar[] {
  return [barOf(row, measured.lowerQuartile, measured.upperQuartile, expected, COLORS.measured)]
}

function predictedBar({ expected, outcome }: Judgement, row: number): Bar[] {
  if (!('error' in outcome)) return []
  const { lowerQuartile, upperQuartile } = outcome.predicted
  return [barOf(row, lowerQuartile, upperQuartile, expected, COLORS.predicted)]
}

function barOf(row: number, from: number, to: number, whole: number, color: string): Bar {
  return { value: [row, percentOf(from, whole), percentOf(to, whole)], itemStyle: { color } }
}

function percentOf(value: number, whole: number): number {
  return (value / whole - 1) * 100
}

function bars(index: number, height: number, data: readonly Bar[], reach: number): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    encode: { x: [1, 2], y: 0 },
    data: data.map(({ value, itemStyle }) => ({ value: [...value], itemStyle })),
    renderItem: (_, api) => barShape(api, height, reach),
  }
}

function barShape(api: CustomSeriesRenderItemAPI, height: number, reach: number) {
  const row = Number(api.value(0))
  const [from, y] = api.coord([clipped(Number(api.value(1)), reach), row])
  const [to] = api.coord([clipped(Number(api.value(2)), reach), row])
  return {
    type: 'rect' as const,
    shape: { x: from - 0.5, y: y - height / 2, width: to - from + 1, height },
    style: { fill: String(api.visual('color')) },
  }
}

function clipped(percent: number, reach: number): number {
  return Math.min(Math.max(percent, -reach), reach)
}

/** Returns the values to which the bound applies, and both values as text beside the panel. */
function dots(index: number, judgements: readonly Judgement[], reach: number): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    data: judgements.map(({ outcome }, row) => [row, 'error' in outcome ? outcome.error * 100 : 0]),
    encode: { x: 1, y: 0 },
    renderItem: (_, api) => {
      const row = Number(api.value(0))
      const judgement = judgements[row]
      const [x, y] = api.coord([clipped(Number(api.value(1)), reach), row])
      const color = colorOf(judgement.outcome.kind)
      const text = {
        type: 'text' as const,
        style: { x: LEFT + PANEL_WIDTH + 12, y: y - 5, text: inWords(judgement), fontSize: 10, fill: color },
      }
      const dot = { type: 'circle' as const, shape: { cx: x, cy: y, r: 4 }, style: { fill: color } }
      return { type: 'group' as const, children: 'error' in judgement.outcome ? [dot, text] : [text] }
    },
  }
}

function inWords({ cell, expected, outcome }: Judgement): string {
  const measured = `${formatNumber(expected)} ${unitOf(cell)}`
  return 'error' in outcome
    ? `${measured}, predicted ${formatNumber(outcome.compared)}`
    : `${measured}, ${outcome.kind}`
}
