import type { CustomSeriesOption, LineSeriesOption, TitleComponentOption } from 'echarts'
import type { Limit, LimitPoint, LimitsAxis, LimitsResult } from '../../../measure/limits/limits-result.ts'
import { limitText } from '../../limits/limit-text.ts'
import { limitValue } from '../../limits/limit-value.ts'
import type { Html } from '../html.ts'
import { logarithmicAxis, type SpanAxis, shortSpan } from './axes.ts'
import { CHART_COLORS, drawChart, seriesColor } from './chart.ts'

const LABELS = 150
/** The least width for the title, needed if there is only one axis. */
const LEAST_WIDTH = 620
const TOP = 84
const CELL = { width: 250, height: 62, right: 30, below: 20 } as const
const BOTTOM = 40

/**
 * Draws the shares of broken runs: a column for each axis, a row for each criterion, a line for each profile. Bars are
 * the 95 % intervals of shares other than none and all.
 */
export function limitsChart(id: string, result: LimitsResult): Html {
  const { axes, profiles, limits } = result
  const criteria = [...new Set(limits.map(({ criterion }) => criterion))]
  const cells = axes.flatMap((axis, column) =>
    criteria.map((criterion, row) => {
      const own = limits.filter((limit) => limit.axis === axis.name && limit.criterion === criterion)
      return { axis, column, row, own, isLast: row === criteria.length - 1 }
    }),
  )
  return drawChart({
    id,
    label: labelOf(result),
    width: Math.max(LEAST_WIDTH, LABELS + axes.length * (CELL.width + CELL.right)),
    height: TOP + criteria.length * (CELL.height + CELL.below) + BOTTOM,
    option: {
      title: [
        ...headings(result),
        ...criteria.map((criterion, row) =>
          rowTitle(limits.find((one) => one.criterion === criterion)?.title ?? '', row),
        ),
      ],
      grid: cells.map(({ column, row }) => ({
        left: LABELS + column * (CELL.width + CELL.right),
        top: TOP + row * (CELL.height + CELL.below),
        width: CELL.width,
        height: CELL.height,
      })),
      xAxis: cells.map(({ axis, own, isLast }, i) => ({ ...valueAxis(axisOf(axis, own), isLast), gridIndex: i })),
      yAxis: cells.map((_, i) => ({ ...shareAxis(i < criteria.length), gridIndex: i })),
      series: cells.flatMap(({ axis, own }, i) =>
        profiles.flatMap(({ name }, nth) => {
          const limit = own.find(({ profile }) => profile === name)
          return limit === undefined ? [] : seriesOf(limit, axisOf(axis, own), i, nth)
        }),
      ),
    },
  })
}

function labelOf({ scenario, kubernetes, axes, profiles, limits }: LimitsResult): string {
  const [first] = profiles
  const found = limits
    .filter(({ profile }) => profile === first.name)
    .map((limit) => {
      const axis = axes.find(({ name }) => name === limit.axis)
      return `${axis?.title}, ${limit.title}: ${limitText(limit, axis?.unit ?? 'ns')}.`
    })
  return `Shares of runs in which a criterion is broken, ${scenario}, Kubernetes ${kubernetes}. ${found.join(' ')}`
}

function headings({ scenario, kubernetes, axes, profiles, seeds }: LimitsResult): TitleComponentOption[] {
  const runs = `share of ${seeds.length} seeds, with its 95 % interval`
  return [
    titleAt(`${scenario}, Kubernetes ${kubernetes}: ${runs}`, 8, 8, 14, CHART_COLORS.ink),
    ...profiles.map(({ title }, i) => titleAt(`— ${title}`, 8 + i * 110, 32, 12, seriesColor(i))),
    ...axes.map(({ title }, column) =>
      titleAt(title, LABELS + column * (CELL.width + CELL.right), TOP - 24, 12, CHART_COLORS.ink),
    ),
  ]
}

function rowTitle(title: string, row: number): TitleComponentOption {
  return titleAt(title, 8, TOP + row * (CELL.height + CELL.below) + CELL.height / 2 - 8, 12, CHART_COLORS.ink)
}

function titleAt(text: string, left: number, top: number, fontSize: number, color: string): TitleComponentOption {
  return { text, left, top, padding: 0, textStyle: { fontSize, fontWeight: 'normal', color } }
}

/** Returns the axis of values, over the range that was tried with all profiles. */
function axisOf({ unit }: LimitsAxis, limits: readonly Limit[]): SpanAxis {
  const values = limits.flatMap(({ points }) => points.map(({ value }) => value))
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (unit === 'ns') return { ...logarithmicAxis(low, high), format: (at) => shortSpan(Math.round(10 ** at)) }
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].filter((at) => at <= high + 0.05)
  return { at: (value) => value, min: 0, max: Math.max(high, 0.1), ticks, format: (at) => limitValue(at, 'ratio') }
}

function valueAxis({ min, max, ticks, format }: SpanAxis, hasLabels: boolean) {
  return {
    type: 'value' as const,
    min,
    max,
    axisLabel: {
      show: hasLabels,
      customValues: [...ticks],
      formatter: format,
      color: CHART_COLORS.muted,
      fontSize: 11,
      hideOverlap: true,
    },
    axisTick: { show: true, customValues: [...ticks], lineStyle: { color: CHART_COLORS.line } },
    axisLine: { show: true, onZero: false, lineStyle: { color: CHART_COLORS.line } },
    splitLine: { show: false },
  }
}

function shareAxis(hasLabels: boolean) {
  return {
    type: 'value' as const,
    min: 0,
    max: 1,
    interval: 0.5,
    axisLabel: {
      show: hasLabels,
      formatter: (share: number) => limitValue(share, 'ratio'),
      color: CHART_COLORS.muted,
      fontSize: 10,
    },
    splitLine: { lineStyle: { color: CHART_COLORS.line } },
  }
}

function seriesOf(limit: Limit, axis: SpanAxis, grid: number, nth: number): (LineSeriesOption | CustomSeriesOption)[] {
  const at = ({ value, broken, of }: LimitPoint) => [axis.at(value), broken / of]
  const line: LineSeriesOption = {
    type: 'line',
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    symbol: 'circle',
    symbolSize: 3,
    data: limit.points.map(at),
    itemStyle: { color: seriesColor(nth) },
    lineStyle: { color: seriesColor(nth), width: 1.5, type: nth % 2 === 0 ? 'solid' : 'dashed' },
  }
  return [intervals(limit, axis, grid, nth), line]
}

function intervals({ points }: Limit, axis: SpanAxis, grid: number, nth: number): CustomSeriesOption {
  return {
    type: 'custom',
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    encode: { x: 0, y: [1, 2] },
    data: points
      .filter(({ broken, of }) => broken > 0 && broken < of)
      .map(({ value, interval }) => [axis.at(value), interval.low, interval.high]),
    renderItem: (_, api) => {
      const [x, low] = api.coord([api.value(0), api.value(1)])
      const [, high] = api.coord([api.value(0), api.value(2)])
      return {
        type: 'line',
        shape: { x1: x, y1: low, x2: x, y2: high },
        style: { stroke: seriesColor(nth), lineWidth: 1, opacity: 0.45 },
      }
    },
  }
}
