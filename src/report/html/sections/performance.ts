import { formatNumber } from '../../format-number.ts'
import type { AttackWindow, BodyView, PerformanceView, TrafficView, WorkloadView } from '../../view/performance-view.ts'
import { spanText } from '../../view/texts.ts'
import { courseChart } from '../charts/course-chart.ts'
import { distributionChart } from '../charts/distribution-chart.ts'
import { trafficChart } from '../charts/traffic-chart.ts'
import { type Html, html, type Part } from '../html.ts'
import { figure, leftOut, legend, section, table } from './parts.ts'

/** The most paths with charts. */
const MOST_PATHS = 24

/** The figures of workloads, distributions of latency, and the course over time. */
export function performanceSection(performance: PerformanceView): Html {
  const { distributions, courses, bodies, traffic, trafficLeftOut, windows } = performance
  return section(
    'performance',
    'Latency and throughput',
    workloadTable(performance.workloads),
    distributions.paths.length > 0 &&
      html`<h3>How latency is distributed</h3>
<p class="lead">All paths on one logarithmic axis. The thick tick is the median, the short ones are p95 and p99 where there are enough requests.</p>
<div class="charts">${distributions.paths.slice(0, MOST_PATHS).map((one, i) => figure(one.path, distributionChart(`latency-${i}`, one, distributions)))}</div>
${leftOut(distributions.paths.length - MOST_PATHS, 'path')}`,
    courses.length > 0 &&
      html`<h3>Latency over time</h3>
<p class="lead">Each bar spans the fastest to the slowest request of a short interval, with a dot at the median. A cross marks failed requests.</p>
${windowText(windows)}
<div class="charts">${courses.slice(0, MOST_PATHS).map((one, i) => figure(one.path, html`${courseChart(`course-${i}`, one, windows)}${one.lines.length > 1 && legend(one.lines.map(({ workload }) => workload))}`))}</div>
${leftOut(courses.length - MOST_PATHS, 'path')}`,
    bodies.length > 0 &&
      html`<h3>Throughput over time</h3>
<p class="lead">Bodies of requests and responses on each path, as their readers get them.</p>
<div class="charts">${bodies.slice(0, MOST_PATHS).map((one, i) => bodyFigure(one, i, windows))}</div>
${leftOut(bodies.length - MOST_PATHS, 'path')}`,
    traffic.length > 0 &&
      html`<h3>What links carry over time</h3>
<p class="lead">IP bytes that links delivered: of those with an attacker, and of the busiest.</p>
<div class="charts">${traffic.map((one, i) => trafficFigure(one, i, windows))}</div>
${leftOut(trafficLeftOut, 'link')}`,
  )
}

function trafficFigure(
  { link, intervalNs, directions, attackers }: TrafficView,
  i: number,
  windows: readonly AttackWindow[],
): Html {
  const own = windows.filter(({ attacker }) => attackers.includes(attacker))
  const chart = trafficChart(`traffic-${i}`, { of: link, intervalNs, lines: directions }, own)
  return figure(link, html`${chart}${legend(directions.map(({ name }) => name))}`)
}

function bodyFigure({ path, intervalNs, lines }: BodyView, i: number, windows: readonly AttackWindow[]): Html {
  const own = windows.filter(({ paths }) => paths.includes(path))
  const chart = trafficChart(`bodies-${i}`, { of: path, intervalNs, lines }, own)
  return figure(path, html`${chart}${lines.length > 1 && legend(lines.map(({ name }) => name))}`)
}

function windowText(windows: readonly AttackWindow[]): Part {
  if (windows.length === 0) return null
  const shown = windows.slice(0, 12)
  return html`<ul class="legend">${shown.map(windowKey)}${windows.length > shown.length && html`<li>and ${windows.length - shown.length} more steps</li>`}</ul>`
}

function windowKey({ attacker, technique, isThroughout, fromNs, toNs }: AttackWindow): Html {
  const when = isThroughout ? 'throughout' : `${spanText(fromNs)} to ${spanText(toNs)}`
  return html`<li><span class="key attack${isThroughout && ' throughout'}"></span>${technique} by ${attacker}, ${when}</li>`
}

const COLUMNS = [
  { head: 'Workload' },
  { head: 'Set-up ms', isNumber: true },
  { head: 'p50 ms', isNumber: true },
  { head: 'p95 ms', isNumber: true },
  { head: 'p99 ms', isNumber: true },
  { head: 'Mbps', isNumber: true },
  { head: 'Wire/body', isNumber: true },
  { head: 'Completed', isNumber: true },
]

function workloadTable(workloads: readonly WorkloadView[]): Html {
  const paths = [...new Set(workloads.map(({ path }) => path))]
  const rows = paths.flatMap((path) => {
    const own = workloads.filter((one) => one.path === path)
    const [{ letter, medium, protection }] = own
    const head = html`${letter !== '' && `${letter} `}${path} <span class="note">${medium}; ${protection}</span>`
    return [[head], ...own.map(workloadRow)]
  })
  return table('Workloads', COLUMNS, rows, 'scrolls')
}

function workloadRow(workload: WorkloadView): Part[] {
  const { name, setupMs, p50Ms, p95Ms, p99Ms, throughputMbps, wirePerBody, completed, failed, unfinished } = workload
  const all = completed + failed + unfinished
  const done = completed === all ? String(completed) : `${completed} of ${all}`
  return [
    html`${name}${workload.failures.map((text) => html`<br><span class="harmed">! ${text}</span>`)}`,
    ...[setupMs, p50Ms, p95Ms, p99Ms, throughputMbps, wirePerBody].map(formatNumber),
    done,
  ]
}
