import type { FactView, ReportView } from '../../view/report-view.ts'
import { type Html, html, type Part } from '../html.ts'

const MARKS = { bad: '✕', harmed: '!', good: '✓', neutral: '•' } as const

/** Makes the top of a report: the verdict in one sentence, its basis, and the summary figures. */
export function summary(
  { scenario, kubernetes, partial, verdict, facts, reproduction }: ReportView,
  links: readonly (readonly [id: string, title: string])[],
): Html {
  const { level, word, sentence, notes } = verdict
  return html`<header>
<a class="skip" href="#main">Skip to the findings</a>
<div class="verdict ${level}">
<p class="word"><span aria-hidden="true">${MARKS[level]}</span> ${word}</p>
<h1>${sentence}</h1>
${list([...notes, ...(partial === null ? [] : [partial])])}
</div>
<p class="about"><strong>${scenario}</strong>${kubernetes !== null && `, Kubernetes ${kubernetes}`}, seed ${reproduction.seed}, simulated by onpath ${reproduction.version}</p>
${factList(facts)}
${navigation(links)}
</header>
`
}

/** Draws summary figures. */
export function factList(facts: readonly FactView[]): Html {
  return html`<dl class="facts">${facts.map(({ label, value, note }) => html`<div><dt>${label}</dt><dd>${value}</dd>${note !== '' && html`<dd class="note">${note}</dd>`}</div>`)}</dl>`
}

/** Draws links to the sections of a document. */
export function navigation(links: readonly (readonly [id: string, title: string])[]): Html {
  return html`<nav aria-label="Contents"><ul>${links.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`
}

function list(items: readonly string[]): Part {
  return items.length > 0 && html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`
}
