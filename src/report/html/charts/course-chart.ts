import type { CustomSeriesOption, CustomSeriesRenderItemAPI } from 'echarts'
import type { AttackWindow, CourseLine, CourseView } from '../../view/performance-view.ts'
import { spanText } from '../../view/texts.ts'
import type { Html } from '../html.ts'
import { attackAreas } from './attack-area.ts'
import { linearAxis, spanAxis, spanAxisOption, timeAxis } from './axes.ts'
import { CHART_COLORS, drawChart, seriesColor } from './chart.ts'

const HEIGHT = 190

/**
 * Draws the latency of a path over time. A bar spans the fastest to the slowest request of an interval, with a dot at
 * the median. A cross at the top marks an interval with failed requests.
 */
export function courseChart(id: string, course: CourseView, windows: readonly AttackWindow[]): Html {
  const points = course.lines.flatMap((line) => line.points)
  const low = Math.min(...points.map(({ lowNs }) => lowNs))
  const high = Math.max(...points.map(({ highNs }) => highNs))
  const y = points.length === 0 ? linearAxis(1e6) : spanAxis(low, high)
  const x = timeAxis(course.endNs)
  return drawChart({
    id,
    label: `Latency on ${course.path} over time. ${course.lines.map(lineText).join(' ')}`,
    height: HEIGHT,
    option: {
      grid: { left: 52, right: 12, top: 14, bottom: 26 },
      xAxis: spanAxisOption(x, false),
      yAxis: spanAxisOption({ ...y, max: y.max + (y.max - y.min) * 0.06 }, true),
      series: [
        ...attackAreas(
          windows.filter(({ paths }) => paths.includes(course.path)),
          x.max,
        ),
        ...course.lines.map((line, i) => ranges(line, i, y.at)),
        ...course.lines.map((line) => crosses(line, y.max + (y.max - y.min) * 0.03)),
      ],
    },
  })
}

function lineText({ workload, points, failures }: CourseLine): string {
  const slowest = points.reduce((most, { highNs }) => Math.max(most, highNs), 0)
  const failed = failures.reduce((sum, { count }) => sum + count, 0)
  const slow = points.length === 0 ? 'nothing completed' : `slowest ${spanText(slowest)}`
  return `${workload}: ${slow}, ${failed} failed.`
}

function ranges({ points }: CourseLine, index: number, at: (ns: number) => number): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    clip: false,
    encode: { x: 0, y: [1, 3] },
    data: points.map(({ atNs, lowNs, medianNs, highNs }) => [atNs, at(lowNs), at(medianNs), at(highNs)]),
    renderItem: (_, api) => rangeShape(api, seriesColor(index)),
  }
}

function rangeShape(api: CustomSeriesRenderItemAPI, color: string) {
  const [x, low] = api.coord([api.value(0), api.value(1)])
  const [, median] = api.coord([api.value(0), api.value(2)])
  const [, high] = api.coord([api.value(0), api.value(3)])
  const line = {
    type: 'line' as const,
    shape: { x1: x, y1: low, x2: x, y2: high },
    style: { stroke: color, lineWidth: 1.5, opacity: 0.55 },
  }
  const dot = { type: 'circle' as const, shape: { cx: x, cy: median, r: 2.2 }, style: { fill: color } }
  return { type: 'group' as const, children: low - high < 1 ? [dot] : [line, dot] }
}

function crosses({ failures }: CourseLine, top: number): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    clip: false,
    data: failures.map(({ atNs }) => [atNs, top]),
    renderItem: (_, api) => {
      const [x, y] = api.coord([api.value(0), api.value(1)])
      const stroke = { stroke: CHART_COLORS.attack, lineWidth: 1.5 }
      const arm = (y1: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1: x - 3, y1, x2: x + 3, y2 },
        style: stroke,
      })
      return { type: 'group', children: [arm(y - 3, y + 3), arm(y + 3, y - 3)] }
    },
  }
}
