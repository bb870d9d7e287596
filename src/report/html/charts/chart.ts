import type { EChartsOption } from 'echarts'
import { CustomChart, LineChart } from 'echarts/charts'
import { GridComponent, MarkAreaComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { escaped, Html } from '../html.ts'

use([CustomChart, LineChart, GridComponent, MarkAreaComponent, TitleComponent, SVGRenderer])

/** A chart, and its description for people who cannot see it. */
export interface Chart {
  /** A unique name in the document: letters, digits and hyphens. */
  readonly id: string
  readonly label: string
  readonly height: number
  /** The width in pixels; absent: the width of charts in reports. */
  readonly width?: number
  readonly option: EChartsOption
}

/** The width of charts in pixels. It fits a narrow screen; a wide page shows several charts side by side. */
const CHART_WIDTH = 340

/** The colours of a chart, as variables of the style sheet, so that they follow the reader's light or dark mode. */
export const CHART_COLORS = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  attack: 'var(--bad)',
  series: ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)', 'var(--series-5)'],
} as const

/** Returns the colour of a series. All further series share the last colour. */
export function seriesColor(index: number): string {
  const { series } = CHART_COLORS
  return series[Math.min(index, series.length - 1)]
}

/** Draws a chart as SVG, without a DOM. Equal charts are equal texts. */
export function drawChart({ id, label, height, width = CHART_WIDTH, option }: Chart): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'inherit', fontSize: 11, color: CHART_COLORS.muted },
    ...option,
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return Html.trusted(cleaned(svg, id, label))
}

/**
 * Returns a drawing without the style sheet and the script hooks of ECharts, and with names that are unique in the
 * document. (ECharts numbers its charts from the start of the process.)
 */
function cleaned(svg: string, id: string, label: string): string {
  const [head] = /^<svg [^>]*>/.exec(svg) ?? ['']
  const [, height] = / height="(\d+)"/.exec(head) ?? []
  const [, width] = / width="(\d+)"/.exec(head) ?? []
  const body = svg
    .slice(head.length)
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class="zr\d+-cls-\d+"|ecmeta_[a-z_]+="[^"]*"|pointer-events="[^"]*")/g, '')
    .replace(/zr\d+-/g, `${id}-`)
  const start = `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`
  return start + body.replace(/\n+/g, '\n')
}
