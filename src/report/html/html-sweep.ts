import { formatCount, formatNumber } from '../format-number.ts'
import type { CurveView, SweepView } from '../view/sweep-view.ts'
import { curveChart } from './charts/curve-chart.ts'
import { type Html, html, type Part } from './html.ts'
import { type Hash, page } from './page.ts'
import { figure, legend, section, table } from './sections/parts.ts'
import { verdictBox } from './sections/verdict-box.ts'

/** The most curves that a report draws, and the most rows of its table. */
const MOST_CURVES = 48
const MOST_ROWS = 1_000

/** Returns the report of a sweep: curves with intervals over seeds, and the numbers. */
export function htmlSweep(view: SweepView, hash: Hash): string {
  const { scenario, version, again, dimensions } = view
  const grid = dimensions.map(({ path, count }) => `${path} (${formatCount(count, 'value')})`).join(', ')
  const body = html`<header>
<a class="skip" href="#main">Skip to the findings</a>
<p class="about"><strong>${scenario}</strong>, a sweep over ${grid}, simulated by onpath ${version}</p>
${verdictBox(view)}
</header>
<main id="main">
${curvesSection(view)}
${numbersSection(view)}
${section('reproduce', 'How to reproduce it', html`<p class="lead">The same scenario and seeds give the same packets on every machine.</p><pre class="command">${again}</pre>`)}
</main>
<footer>Simulated, not measured on a cluster. The documentation says what is modelled and how well it fits measurements.</footer>`
  return page(`${scenario}: sweep`, body, hash)
}

function curvesSection({ curves, axis }: SweepView): Html {
  const shown = curves.slice(0, MOST_CURVES)
  const lead = axis === '' ? 'Only seeds differ.' : html`Over <code>${axis}</code>. A dot is the median over seeds.`
  return section(
    'curves',
    'Curves',
    html`<p class="lead">${lead}</p><div class="charts">${shown.map(curveFigure)}</div>${leftOut(curves.length - shown.length, 'curve')}`,
  )
}

function curveFigure(curve: CurveView, i: number): Html {
  const { workload, figure: name, unit, lines } = curve
  const caption = html`${workload} <span class="note">${name}, ${unit}</span>`
  return figure(
    caption,
    html`${curveChart(`curve-${i}`, curve)}${lines.length > 1 && legend(lines.map((line) => line.name))}`,
  )
}

function leftOut(count: number, noun: string): Part {
  return (
    count > 0 &&
    html`<p class="note">${formatCount(count, `further ${noun}`)} left out; the CSV of the sweep has all.</p>`
  )
}

function numbersSection({ curves, axis }: SweepView): Html {
  const hasOthers = curves.some(({ lines }) => lines.some(({ name }) => name !== ''))
  const columns = [
    { head: 'Workload' },
    { head: 'Figure' },
    { head: axis === '' ? 'Point' : axis },
    ...(hasOthers ? [{ head: 'Others' }] : []),
    { head: 'Median', isNumber: true },
    { head: 'Interval from', isNumber: true },
    { head: 'to', isNumber: true },
    { head: 'Seeds', isNumber: true },
  ]
  const rows = curves.flatMap(({ workload, figure: name, unit, labels, lines }) =>
    lines.flatMap((line) =>
      line.points.flatMap((point, i) =>
        point === null
          ? []
          : [
              [
                workload,
                `${name}, ${unit}`,
                labels[i],
                ...(hasOthers ? [line.name] : []),
                ...[point.median, point.low, point.high].map(formatNumber),
                point.seeds,
              ],
            ],
      ),
    ),
  )
  return section(
    'numbers',
    'Numbers',
    table('Numbers', columns, rows.slice(0, MOST_ROWS), 'scrolls'),
    leftOut(rows.length - MOST_ROWS, 'row'),
  )
}
