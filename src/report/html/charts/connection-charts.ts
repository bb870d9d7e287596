import type { LineSeriesOption } from 'echarts'
import type { ConnectionView, Point } from '../../view/connection-view.ts'
import { byteText, groupedText } from '../../view/texts.ts'
import type { Html } from '../html.ts'
import { figureAxisOption, shortSpan, spanAxisOption, timeAxis } from './axes.ts'
import { drawChart, seriesColor } from './chart.ts'

/** Draws a line for each list of points of a connection, over its life. */
function lineChart(
  id: string,
  label: string,
  { fromNs, toNs }: Pick<ConnectionView, 'fromNs' | 'toNs'>,
  lines: readonly (readonly Point[])[],
  format: (value: number) => string,
): Html {
  const peak = lines.flat().reduce((most, [, value]) => Math.max(most, value), 1)
  const x = timeAxis(Math.max(1, toNs - fromNs))
  return drawChart({
    id,
    label: `${label} Up to ${format(peak)}.`,
    height: 170,
    option: {
      grid: { left: 60, right: 12, top: 12, bottom: 26 },
      xAxis: spanAxisOption(x, false),
      yAxis: figureAxisOption(peak, format),
      series: lines.map((points, i) => lineOf(points, fromNs, i)),
    },
  })
}

function lineOf(points: readonly Point[], fromNs: number, index: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: points.length === 1,
    data: points.map(([atNs, value]) => [atNs - fromNs, value]),
    lineStyle: { color: seriesColor(index), width: 1.5, type: index === 0 ? 'solid' : 'dashed' },
  }
}

/** Draws the congestion window and the data in flight. */
export function windowChart(id: string, view: ConnectionView): Html {
  const label = `Congestion window and data in flight of a connection of ${view.path}.`
  return lineChart(id, label, view, [view.windowBytes, view.inFlightBytes], (bytes) =>
    bytes === 0 ? '0' : byteText(bytes),
  )
}

/** Draws the smoothed round-trip time, and the smallest one so far. */
export function rttChart(id: string, view: ConnectionView): Html {
  return lineChart(
    id,
    `Round-trip time of a connection of ${view.path}.`,
    view,
    [view.rttNs, view.minimumRttNs],
    shortSpan,
  )
}

/** Draws the number of packets in the longest queue on the route. */
export function queueChart(id: string, view: ConnectionView): Html {
  const packets = view.queue?.packets ?? []
  return lineChart(id, `Queue of ${view.queue?.link ?? 'the link'}.`, view, [packets], groupedText)
}
