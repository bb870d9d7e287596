import { init, type LineSeriesOption } from 'echarts'
import { COLORS } from '../fidelity/plot-colors.ts'
import type { GrowthPoint } from './growth-point.ts'

const PANEL_WIDTH = 270
const PANEL_HEIGHT = 240
const LEFT = 60
const TOP = 90
const BETWEEN = 80

/** A panel of the plot: a figure by number of nodes, and the line that it should stay below. */
interface Panel {
  readonly title: string
  readonly of: (point: GrowthPoint) => number
  /** The largest wanted value for a number of nodes; null: there is none. */
  readonly limit: (nodes: number) => number | null
}

/** Returns a plot of the costs by the number of nodes as SVG, both axes logarithmic. Red lines are what is wanted. */
export function growthPlot(points: readonly GrowthPoint[]): string {
  const [first] = points
  const panels: readonly Panel[] = [
    { title: 'an event, ns of CPU time', of: ({ eventNs }) => eventNs, limit: () => 2 * first.eventNs },
    { title: 'load and plan, s', of: ({ planS }) => planS, limit: (nodes) => (nodes === 100_000 ? 20 : null) },
    {
      title: 'memory with idle nodes, MB',
      of: ({ idleMb }) => idleMb,
      limit: (nodes) => first.idleMb + (nodes * 32) / 1e3,
    },
  ]
  const leftOf = (index: number) => LEFT + index * (PANEL_WIDTH + BETWEEN)
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: leftOf(panels.length) - BETWEEN + 30,
    height: TOP + PANEL_HEIGHT + 60,
  })
  chart.setOption({
    animation: false,
    backgroundColor: COLORS.paper,
    textStyle: { fontFamily: 'sans-serif' },
    title: [
      { text: 'Costs by the number of nodes', left: 20, top: 10 },
      ...panels.map(({ title }, index) => ({
        text: title,
        left: leftOf(index),
        top: TOP - 32,
        textStyle: { fontSize: 13 },
      })),
    ],
    grid: panels.map((_, index) => ({ left: leftOf(index), top: TOP, width: PANEL_WIDTH, height: PANEL_HEIGHT })),
    xAxis: panels.map((_, gridIndex) => ({
      type: 'log' as const,
      gridIndex,
      min: points[0].nodes,
      max: points[points.length - 1].nodes,
      axisLabel: { formatter: (value: number) => value.toLocaleString('en-US') },
    })),
    yAxis: panels.map((_, gridIndex) => ({ type: 'log' as const, gridIndex })),
    series: panels.flatMap((panel, index) => seriesOf(panel, index, points)),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

/** Returns the line of a panel, and the dashed one that it should stay below. */
function seriesOf({ of, limit }: Panel, index: number, points: readonly GrowthPoint[]): LineSeriesOption[] {
  const common = { type: 'line' as const, xAxisIndex: index, yAxisIndex: index }
  const limits = points.flatMap(({ nodes }) => {
    const value = limit(nodes)
    return value === null ? [] : [[nodes, value]]
  })
  return [
    {
      ...common,
      data: points.map((point) => [point.nodes, of(point)]),
      color: COLORS.predicted,
      symbol: 'circle',
      symbolSize: 7,
    },
    {
      ...common,
      data: limits,
      color: COLORS.outside,
      lineStyle: { type: 'dashed' },
      symbol: 'diamond',
      symbolSize: 6,
    },
  ]
}
