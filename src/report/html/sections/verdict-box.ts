import { type Html, html } from '../html.ts'

const MARKS = { bad: '✕', good: '✓', neutral: '•' } as const satisfies Readonly<Record<string, string>>

/** The verdict on a comparison or a sweep: a word, a sentence, and notes. */
interface Verdict {
  readonly level: keyof typeof MARKS
  readonly word: string
  readonly sentence: string
  readonly notes: readonly string[]
}

/** Returns the box at the top of a report of several runs. */
export function verdictBox({ level, word, sentence, notes }: Verdict): Html {
  return html`<div class="verdict ${level}">
<p class="word"><span aria-hidden="true">${MARKS[level]}</span> ${word}</p>
<h1>${sentence}</h1>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>
</div>`
}
