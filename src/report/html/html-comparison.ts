import { formatChange, formatNumber } from '../format-number.ts'
import type { AttackCell } from '../view/attack-cell-view.ts'
import type { BreakdownRow } from '../view/breakdown-view.ts'
import type { AttackPair, ComparisonView, WorkloadPair } from '../view/comparison-view.ts'
import { spanText } from '../view/texts.ts'
import { type Html, html, type Part } from './html.ts'
import { type Hash, page } from './page.ts'
import { breakdownBar } from './sections/breakdown.ts'
import { section, table } from './sections/parts.ts'
import { verdictBox } from './sections/verdict-box.ts'

/** Returns the report that compares two runs: what the second closes, and what that costs. */
export function htmlComparison(view: ComparisonView, hash: Hash): string {
  const { a, b, word } = view
  const body = html`<header>
<a class="skip" href="#main">Skip to the findings</a>
<p class="about"><strong>A</strong> ${a.label} (${a.report.scenario}, seed ${a.report.reproduction.seed}), <strong>B</strong> ${b.label} (${b.report.scenario}, seed ${b.report.reproduction.seed}), simulated by onpath ${b.report.reproduction.version}</p>
${verdictBox(view)}
</header>
<main id="main">
${configurationSection(view)}
${attacksSection(view)}
${costSection(view)}
${timeSection(view)}
${reproductionSection(view)}
</main>
<footer>Figures of one seed are exact, but one seed is one draw: sweep both over the same seeds and compare the sweeps to see whether figures differ beyond chance.</footer>`
  return page(`${a.report.scenario} and ${b.report.scenario}: ${word}`, body, hash)
}

function configurationSection({ configuration }: ComparisonView): Html {
  const columns = [{ head: 'Value' }, { head: 'A' }, { head: 'B' }]
  const none = html`<span class="untried">not set</span>`
  const rows = configuration.map(({ path, a, b }) => [
    html`<code>${path}</code>`,
    a === null ? none : html`<code>${a}</code>`,
    b === null ? none : html`<code>${b}</code>`,
  ])
  const content =
    rows.length === 0 ? html`<p class="lead">Both scenarios are the same.</p>` : table('Configuration', columns, rows)
  return section('configuration', 'What differs', content)
}

const CHANGES: Readonly<Record<AttackPair['change'], Html>> = {
  closed: html`<span class="status good">✓ closed</span>`,
  opened: html`<span class="status bad">✕ opened</span>`,
  better: html`<span class="status good">✓ better</span>`,
  worse: html`<span class="status harmed">! worse</span>`,
  same: html`<span class="untried">as before</span>`,
  'only one': html`<span class="untried">only one side</span>`,
}

function attacksSection({ attacks }: ComparisonView): Html {
  if (attacks.length === 0)
    return section(
      'attacks',
      'What it closes',
      html`<p class="lead">Neither side has an attacker. <code>--attack NAME</code> adds one to both.</p>`,
    )
  const columns = [{ head: 'Technique' }, { head: 'Path' }, { head: 'A' }, { head: 'B' }, { head: 'Change' }]
  const rows = attacks.map(({ attacker, technique, path, a, b, change }) => [
    html`${technique}<br><span class="note">${attacker}</span>`,
    path,
    outcome(a),
    outcome(b),
    CHANGES[change],
  ])
  return section('attacks', 'What it closes', table('Attacks', columns, rows))
}

const LEVEL_MARKS = { taken: '✕', harmed: '!', seen: '◦', nothing: '✓', untried: '–' } as const

function outcome(cell: AttackCell | null): Html {
  if (cell === null) return html`<span class="untried">–</span>`
  const { level, worst, isOwn, note } = cell
  return html`<span class="status ${level}">${LEVEL_MARKS[level]} ${worst}${isOwn && ' of its own'}</span>${note !== '' && html`<br><span class="note">${note}</span>`}`
}

function costSection({ workloads, onlyInA, onlyInB }: ComparisonView): Html {
  const number = (head: string) => ({ head, isNumber: true })
  const columns = [
    { head: 'Workload' },
    ...['p50 ms, A', 'B', 'Change', 'Set-up ms, A', 'B', 'Mbps, A', 'B', 'Wire/body, A', 'B', 'Failed, A', 'B'].map(
      number,
    ),
  ]
  const rows = workloads.map(({ name, a, b, p50Percent }) => [
    name,
    ...[a.p50Ms, b.p50Ms].map(formatNumber),
    formatChange(p50Percent),
    ...[a.setupMs, b.setupMs, a.throughputMbps, b.throughputMbps, a.wirePerBody, b.wirePerBody].map(formatNumber),
    a.failed + a.unfinished,
    b.failed + b.unfinished,
  ])
  const only = (side: string, names: readonly string[]): Part =>
    names.length > 0 && html`<p class="note">Only in ${side}: ${names.join(', ')}.</p>`
  return section(
    'cost',
    'What it costs',
    table('Workloads', columns, rows, 'scrolls'),
    only('A', onlyInA),
    only('B', onlyInB),
  )
}

function timeSection({ workloads, parts }: ComparisonView): Html {
  const columns = [
    { head: 'Workload' },
    { head: 'Side' },
    { head: 'Mean time of a request', isNumber: true },
    { head: 'Where it goes' },
  ]
  const meanOf = (row: BreakdownRow) => row.totalNs / row.requests
  const rows = workloads.flatMap((pair) => {
    const sides = sidesOf(pair)
    const longest = Math.max(...sides.map(({ row }) => meanOf(row)))
    return sides.map(({ side, row }) => [
      pair.name,
      side,
      spanText(Math.round(meanOf(row))),
      html`<span class="scale" style="width:${((meanOf(row) / longest) * 100).toFixed(2)}%">${breakdownBar(row, parts)}</span>`,
    ])
  })
  return section(
    'slow',
    'Where the time goes',
    html`<p class="lead">The bars of a workload have one scale.</p>
<ul class="legend">${parts.map(({ part, meaning }) => html`<li><span class="key ${part}"></span>${part}: ${meaning}</li>`)}</ul>`,
    table('Where the time of requests goes', columns, rows),
  )
}

function sidesOf({ breakdownA, breakdownB }: WorkloadPair) {
  return [
    ...(breakdownA === null ? [] : [{ side: 'A', row: breakdownA }]),
    ...(breakdownB === null ? [] : [{ side: 'B', row: breakdownB }]),
  ]
}

function reproductionSection({ a, b }: ComparisonView): Html {
  const sides = [a, b].map(
    ({ label, report: { reproduction } }, i) => html`<h3>${i === 0 ? 'A' : 'B'}: ${label}</h3>
${reproduction.commands.map(({ line, does }) => html`<p class="note">${does}</p><pre class="command">${line}</pre>`)}
<p class="note">digest <code>${reproduction.digest}</code></p>`,
  )
  return section('reproduce', 'How to reproduce it', sides)
}
