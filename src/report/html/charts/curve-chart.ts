import type { CustomSeriesOption, LineSeriesOption } from 'echarts'
import type { CurveLine, CurveView } from '../../view/sweep-view.ts'
import { shortNumber } from '../../view/texts.ts'
import type { Html } from '../html.ts'
import { figureAxisOption } from './axes.ts'
import { CHART_COLORS, drawChart, seriesColor } from './chart.ts'

/** Draws a figure over the first dimension of a sweep: a line through the medians, and a bar for each interval. */
export function curveChart(id: string, { workload, figure, unit, labels, lines }: CurveView): Html {
  const highest = lines.flatMap(({ points }) => points.map((point) => point?.high ?? 0))
  const peak = Math.max(...highest, Number.MIN_VALUE)
  return drawChart({
    id,
    label: `${figure} of ${workload} in ${unit}, from ${labels[0]} to ${labels[labels.length - 1]}. The table says the same in numbers.`,
    height: 200,
    option: {
      grid: { left: 60, right: 16, top: 12, bottom: 30 },
      xAxis: {
        type: 'category',
        data: labels.map((label) => (label.length > 14 ? `${label.slice(0, 13)}…` : label)),
        axisLabel: { color: CHART_COLORS.muted, fontSize: 11, hideOverlap: true },
        axisLine: { lineStyle: { color: CHART_COLORS.line } },
        axisTick: { show: false },
      },
      yAxis: figureAxisOption(peak, shortNumber),
      series: [...lines.map(lineOf), ...lines.map((line, i) => intervals(line, i, lines.length))],
    },
  })
}

function lineOf({ points }: CurveLine, index: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    symbol: 'circle',
    symbolSize: 5,
    data: points.map((point) => point?.median ?? '-'),
    itemStyle: { color: seriesColor(index) },
    lineStyle: { color: seriesColor(index), width: 1.5, type: index % 2 === 0 ? 'solid' : 'dashed' },
  }
}

/** Draws the intervals of a line. Intervals of several lines are shifted a little, so that none hides another. */
function intervals({ points }: CurveLine, index: number, count: number): CustomSeriesOption {
  const shift = (index - (count - 1) / 2) * 3
  return {
    type: 'custom',
    silent: true,
    encode: { x: 0, y: [1, 2] },
    data: points.flatMap((point, i) => (point === null || point.seeds < 2 ? [] : [[i, point.low, point.high]])),
    renderItem: (_, api) => {
      const [x, low] = api.coord([api.value(0), api.value(1)])
      const [, high] = api.coord([api.value(0), api.value(2)])
      const style = { stroke: seriesColor(index), lineWidth: 1.5, opacity: 0.7 }
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1: x1 + shift, y1, x2: x2 + shift, y2 },
        style,
      })
      return {
        type: 'group',
        children: [line(x, low, x, high), line(x - 3, low, x + 3, low), line(x - 3, high, x + 3, high)],
      }
    },
  }
}
