import { type EChartsOption, init } from 'echarts'
import type { Judgement } from './judge-cell.ts'
import { CELL_KINDS } from './measured-cell.ts'
import { COLORS } from './plot-colors.ts'
import { panelHeight, ratioPanel } from './plot-ratios.ts'
import { scatterPanel } from './plot-scatter.ts'

const WIDTH = 1200
const SCATTER_TOP = 90
const SCATTER_SIZE = 440
const FIRST_PANEL = SCATTER_TOP + SCATTER_SIZE + 110
const BETWEEN_PANELS = 70

type Part = Required<Pick<EChartsOption, 'grid' | 'xAxis' | 'yAxis' | 'series' | 'title'>>

/**
 * Returns a plot of predicted against measured values as SVG: all cells in absolute values, then each relative to its
 * measured median.
 */
export function fidelityPlot(judgements: readonly Judgement[]): string {
  const parts: Part[] = (['ms', 'Mbps'] as const).map((unit, index) =>
    scatterPanel(judgements, unit, index, { left: 80 + index * 580, top: SCATTER_TOP, size: SCATTER_SIZE }),
  )
  let top = FIRST_PANEL
  for (const kind of CELL_KINDS) {
    const rows = judgements.filter((judgement) => judgement.kind === kind)
    if (rows.length === 0) continue
    parts.push(ratioPanel(kind, rows, parts.length, top))
    top += panelHeight(rows.length) + BETWEEN_PANELS
  }
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: top })
  chart.setOption({
    animation: false,
    backgroundColor: COLORS.paper,
    textStyle: { fontFamily: 'sans-serif' },
    title: [HEADLINE, ...parts.flatMap(({ title }) => title)],
    grid: parts.flatMap(({ grid }) => grid),
    xAxis: parts.flatMap(({ xAxis }) => xAxis),
    yAxis: parts.flatMap(({ yAxis }) => yAxis),
    series: parts.flatMap(({ series }) => series),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

const HEADLINE = {
  text: 'onpath against measured transfers',
  subtext:
    'Bars are the middle half of repetitions (grey, measured) and of seeds (blue, predicted). Red: outside its bound. ' +
    'Pale: what the bound allows.',
  left: 20,
  top: 10,
}
