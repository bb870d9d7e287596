import type { LineSeriesOption } from 'echarts'
import type { AttackWindow, RateLine } from '../../view/performance-view.ts'
import { rateText } from '../../view/texts.ts'
import type { Html } from '../html.ts'
import { attackAreas } from './attack-area.ts'
import { figureAxisOption, spanAxisOption, timeAxis } from './axes.ts'
import { drawChart, seriesColor } from './chart.ts'

/** Throughput over time: of a link in both directions, or of the workloads of a path. */
interface Rates {
  readonly of: string
  readonly intervalNs: number
  readonly lines: readonly RateLine[]
}

/** Draws throughput over time, a line for each series. */
export function trafficChart(id: string, view: Rates, windows: readonly AttackWindow[]): Html {
  const { of, intervalNs, lines } = view
  const rates = lines.map(({ bytes }) => bytes.map((count) => ((count * 8) / intervalNs) * 1e9))
  const peak = Math.max(...rates.flat(), 1)
  const x = timeAxis((rates[0]?.length ?? 1) * intervalNs)
  const texts = lines.map(({ name }, i) => `${name}: up to ${rateText(Math.max(...rates[i]))}.`)
  return drawChart({
    id,
    label: `Throughput of ${of} over time. ${texts.join(' ')}`,
    height: 170,
    option: {
      grid: { left: 74, right: 12, top: 12, bottom: 26 },
      xAxis: spanAxisOption(x, false),
      yAxis: figureAxisOption(peak, rateText),
      series: [...attackAreas(windows, x.max), ...rates.map((own, i) => lineOf(own, intervalNs, i))],
    },
  })
}

function lineOf(rates: readonly number[], intervalNs: number, index: number): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: false,
    data: rates.map((rate, i) => [(i + 0.5) * intervalNs, rate]),
    lineStyle: { color: seriesColor(index), width: 1.5, type: index === 0 ? 'solid' : 'dashed' },
  }
}
