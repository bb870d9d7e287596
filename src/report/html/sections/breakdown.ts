import type { BreakdownRow, BreakdownView } from '../../view/breakdown-view.ts'
import { groupedText, percentText, spanText } from '../../view/texts.ts'
import { type Html, html } from '../html.ts'
import { section, table } from './parts.ts'

/** The time of requests, split by cause. */
export function breakdownSection({ parts, rows }: BreakdownView): Html {
  if (rows.length === 0)
    return section(
      'slow',
      'Why it is slow',
      html`<p class="lead">No request completed, so there is no time to split.</p>`,
    )
  const columns = [
    { head: 'Workload' },
    { head: 'Mean time of a request', isNumber: true },
    { head: 'Where it goes' },
    { head: 'Most' },
  ]
  return section(
    'slow',
    'Why it is slow',
    html`<p class="lead">Each nanosecond of each completed request belongs to exactly one part.</p>
<ul class="legend">${parts.map(({ part, meaning }) => html`<li><span class="key ${part}"></span>${part}: ${meaning}</li>`)}</ul>`,
    table(
      'Where the time of requests goes',
      columns,
      rows.map((row) => rowOf(row, parts)),
    ),
    exactFigures(parts, rows),
  )
}

function rowOf(row: BreakdownRow, parts: BreakdownView['parts']): (string | Html)[] {
  const { workload, path, requests, totalNs, largest, partsNs } = row
  const share = percentText(Math.max(...partsNs), totalNs)
  const name = html`${workload}${path !== workload && html` <span class="note">on ${path}</span>`}`
  return [
    name,
    spanText(Math.round(totalNs / requests)),
    breakdownBar(row, parts),
    html`${largest} <span class="figure">${share}</span>`,
  ]
}

/** The share of a bar that one character of a name needs. */
const SHARE_PER_CHARACTER = 0.026

/** Draws a bar that is divided by the causes of a workload's time. */
export function breakdownBar({ partsNs, totalNs }: BreakdownRow, parts: BreakdownView['parts']): Html {
  return html`<span class="bar">${parts.map(({ part }, i) => {
    const share = partsNs[i] / totalNs
    if (share === 0) return null
    const isWide = share > SHARE_PER_CHARACTER * part.length
    const title = `${part}: ${spanText(partsNs[i])}, ${percentText(partsNs[i], totalNs)}`
    return html`<span class="${part}${isWide ? '' : ' thin'}" style="width:${(share * 100).toFixed(3)}%" title="${title}">${isWide && part}</span>`
  })}</span>`
}

function exactFigures(parts: BreakdownView['parts'], rows: readonly BreakdownRow[]): Html {
  const columns = [
    { head: 'Workload' },
    { head: 'Requests', isNumber: true },
    ...parts.map(({ part }) => ({ head: part, isNumber: true })),
    { head: 'Sum', isNumber: true },
    { head: 'All latencies', isNumber: true },
  ]
  const cells = rows.map(({ workload, requests, partsNs, totalNs, latencySumNs }) => [
    workload,
    requests,
    ...partsNs.map(groupedText),
    groupedText(totalNs),
    groupedText(latencySumNs),
  ])
  return html`<details><summary>All parts in nanoseconds, over all requests</summary>
<p class="note">The last column is the sum of the recorded latencies of these requests.</p>
${table('Parts in nanoseconds', columns, cells, 'scrolls')}</details>`
}
