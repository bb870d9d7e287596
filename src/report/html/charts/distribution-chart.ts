import type { EChartsOption } from 'echarts'
import type { DistributionRow, DistributionView } from '../../view/distribution-view.ts'
import { spanText } from '../../view/texts.ts'
import type { Html } from '../html.ts'
import { logarithmicAxis, type SpanAxis, spanAxisOption } from './axes.ts'
import { CHART_COLORS, drawChart, seriesColor } from './chart.ts'

const ROW = 60
const HISTOGRAM = 26
const BOTTOM = 24
const SIDE = 8

/** Draws the latencies of the workloads of a path: a histogram for each, with ticks at p50, p95 and p99. */
export function distributionChart(
  id: string,
  { path, rows }: DistributionView['paths'][number],
  { lowNs, highNs, bins }: DistributionView,
): Html {
  const axis = logarithmicAxis(lowNs, highNs)
  const width = (axis.max - axis.min) / bins
  const label = `Latencies on ${path}. ${rows.map(rowText).join(' ')}`
  return drawChart({
    id,
    label,
    height: rows.length * ROW + BOTTOM,
    option: {
      title: rows.map((row, i) => titleOf(row, i)),
      grid: rows.map((_, i) => ({
        left: SIDE,
        right: SIDE,
        top: i * ROW + ROW - HISTOGRAM,
        height: HISTOGRAM,
      })),
      xAxis: rows.map((_, i) => ({
        ...spanAxisOption(axis, false),
        gridIndex: i,
        ...(i === rows.length - 1 ? {} : { axisLabel: { show: false } }),
      })),
      yAxis: rows.map(({ counts }, i) => ({
        type: 'value' as const,
        gridIndex: i,
        show: false,
        min: 0,
        max: Math.max(...counts),
      })),
      series: rows.flatMap((row, i) => [histogram(row, i, axis.min, width), ...percentiles(row, i, axis)]),
    },
  })
}

/** Returns the figures of a row in words. */
function rowText({ workload, minNs, p50Ns, p95Ns, p99Ns, maxNs }: DistributionRow): string {
  const figures = [
    `median ${spanText(p50Ns)}`,
    ...(p95Ns === null ? [] : [`p95 ${spanText(p95Ns)}`]),
    ...(p99Ns === null ? [] : [`p99 ${spanText(p99Ns)}`]),
    `from ${spanText(minNs)} to ${spanText(maxNs)}`,
  ]
  return `${workload}: ${figures.join(', ')}.`
}

function titleOf({ workload, p50Ns }: DistributionRow, row: number) {
  return {
    text: `${shortened(workload)}   ${spanText(p50Ns)}`,
    left: SIDE,
    top: row * ROW,
    padding: 0,
    textStyle: { fontSize: 12, fontWeight: 'normal' as const, color: CHART_COLORS.ink },
  }
}

/** The most characters of a name beside a histogram. */
const MOST_CHARACTERS = 34

function shortened(name: string): string {
  return name.length <= MOST_CHARACTERS ? name : `${name.slice(0, MOST_CHARACTERS - 1)}…`
}

type Series = Extract<NonNullable<EChartsOption['series']>, readonly unknown[]>[number]

function histogram({ counts }: DistributionRow, row: number, min: number, width: number): Series {
  const corners = counts.flatMap((count, bin) => [
    [min + bin * width, count],
    [min + (bin + 1) * width, count],
  ])
  return {
    type: 'line',
    xAxisIndex: row,
    yAxisIndex: row,
    silent: true,
    showSymbol: false,
    data: corners,
    lineStyle: { width: 0 },
    areaStyle: { color: seriesColor(row), opacity: 0.55 },
  }
}

function percentiles({ p50Ns, p95Ns, p99Ns, counts }: DistributionRow, row: number, axis: SpanAxis): Series[] {
  const height = Math.max(...counts)
  return [p50Ns, p95Ns, p99Ns].flatMap((ns, i): Series[] => {
    if (ns === null) return []
    return [
      {
        type: 'line',
        xAxisIndex: row,
        yAxisIndex: row,
        silent: true,
        showSymbol: false,
        data: [
          [axis.at(ns), 0],
          [axis.at(ns), height * (i === 0 ? 1 : 0.55)],
        ],
        lineStyle: { color: CHART_COLORS.ink, width: i === 0 ? 2 : 1 },
      },
    ]
  })
}
