import type { ExpectationView } from '../../view/expectation-view.ts'
import { type Html, html } from '../html.ts'
import { section, table } from './parts.ts'

const STATUS = {
  met: html`<span class="status good">✓ met</span>`,
  'not met': html`<span class="status bad">✕ not met</span>`,
  accepted: html`<span class="status harmed">! accepted</span>`,
} as const

/** Lists the expectations of the scenario with measured values, unmet ones first. */
export function expectationsSection(expectations: readonly ExpectationView[]): Html {
  if (expectations.length === 0)
    return section(
      'expectations',
      'Expectations',
      html`<p class="lead">The scenario expects nothing. Lines under <code>expect:</code>, such as <code>latency(web) p50 &lt; 40ms</code>, are judged here.</p>`,
    )
  const columns = [{ head: 'Expected' }, { head: 'Status' }, { head: 'Measured' }]
  const rows = expectations.map(({ text, status, measured, note }) => [
    html`<code>${text}</code>${note !== '' && html`<br><span class="note">${note}</span>`}`,
    STATUS[status],
    measured,
  ])
  return section('expectations', 'Expectations', table('Expectations', columns, rows))
}
