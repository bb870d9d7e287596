import type { AttackCell, AttackRow, EvidenceView, VerdictEvidence } from '../../view/attack-cell-view.ts'
import type { OutcomeLevel } from '../../view/outcome-level.ts'
import type { PacketView, StoryView } from '../../view/story-view.ts'
import { instantText } from '../../view/texts.ts'
import { type Html, html, type Part } from '../html.ts'
import { sequenceDrawing } from '../sequence-drawing.ts'
import { leftOut, scrolling, table } from './parts.ts'

const MARKS: Readonly<Record<OutcomeLevel, string>> = { taken: '✕', harmed: '!', seen: '◦', nothing: '✓', untried: '–' }

/** A column of an attack matrix: a path. */
export interface MatrixColumn {
  readonly path: string
  readonly letter: string
  readonly protection: string
}

/** The meanings of the marks in cells. */
export const MATRIX_LEGEND = html`<ul class="legend"><li>✕ gets what others own</li><li>! interrupts or slows</li><li>◦ learns who talks with whom, or gets only its own</li><li>✓ achieves nothing</li><li>– not tried here</li></ul>`

/**
 * Draws an attack matrix as a heat map. Its cells link to their evidence. `label` describes it for readers who cannot
 * see it.
 */
export function attackMatrix(label: string, columns: readonly MatrixColumn[], rows: readonly AttackRow[]): Html {
  return scrolling(
    label,
    html`<table><thead><tr><td></td>${columns.map(({ path, letter, protection }) => html`<th scope="col" title="${protection}">${letter !== '' && `${letter} `}${path}</th>`)}</tr></thead>
<tbody>${rows.map(matrixRow)}</tbody></table>`,
    'matrix',
  )
}

function matrixRow({ by, technique, meaning, cells }: AttackRow): Html {
  return html`<tr><th scope="row" title="${meaning}">${technique}<span class="note">${by}</span></th>${cells.map((cell) => html`<td>${cell === null ? html`<span class="cell untried">–<span class="note">not used</span></span>` : cellLink(cell)}</td>`)}</tr>
`
}

function cellLink({ id, worst, level, isOwn, note }: AttackCell): Html {
  return html`<a class="cell ${level}" href="#${id}"><span class="figure"><span aria-hidden="true">${MARKS[level]}</span> ${worst}</span>${isOwn && ' of its own'}${note !== '' && html`<span class="note">${note}</span>`}</a>`
}

/**
 * Draws the evidence behind a cell of a matrix. `backTo` is the section with the matrix. `isPrinted`: it is also shown
 * on paper, where nothing can be opened.
 */
export function cellEvidence(cell: AttackCell, backTo: string, isPrinted: boolean): Html {
  const { id, by, technique, path, verdicts, verdictsLeftOut, command } = cell
  return html`<article class="evidence${isPrinted ? ' shows' : ''}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${technique} on ${path}, by ${by}</h3>
${verdicts.map((verdict) => victimOf(verdict, verdicts.length > 1))}
${leftOut(verdictsLeftOut, 'victim')}
${command !== null && html`<pre class="command">${command}</pre>`}
<p class="back"><a href="#${backTo}">Back to the matrix</a></p>
</article>
`
}

function victimOf({ victim, isOwn, outcomes, findings, evidence }: VerdictEvidence, isOneOfSeveral: boolean): Html {
  const head = isOwn ? `${victim}, the attacker’s own` : victim
  return html`${isOneOfSeveral ? html`<h4>Victim: ${head}</h4>` : html`<p class="lead">Victim: ${head}</p>`}
<ul class="steps">${outcomes.map(({ outcome, level, meaning }) => html`<li><span class="status ${level}">${MARKS[level]} ${outcome}</span>: ${meaning}</li>`)}</ul>
${findings.length > 0 && html`<dl class="findings">${findings.map(({ term, text }) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`}
${evidence.length > 0 && html`<h4>Evidence</h4><ol class="steps">${evidence.map(evidenceItem)}</ol>`}
`
}

function evidenceItem({ atNs, shows, level, what, packet, story }: EvidenceView): Html {
  const at = level === 'untried' ? null : html`<strong>${instantText(atNs)}</strong> `
  return html`<li>${at}${what} <span class="note">(${shows}${packetText(packet)})</span>${story !== null && storyOf(story)}</li>`
}

/** Draws the messages around a piece of evidence. They open to show the packets. */
function storyOf(story: StoryView): Html {
  const { messages, messagesLeftOut, packets, packetsLeftOut } = story
  const columns = [
    { head: 'Sent' },
    { head: 'Packet' },
    { head: 'From' },
    { head: 'To' },
    { head: 'Content' },
    { head: 'Bytes', isNumber: true },
    { head: 'Arrived' },
  ]
  const marked = `${packets.length} packets of the connection`
  return html`${messages.length > 0 && scrolling('Sequence of messages', sequenceDrawing(story))}
${leftOut(messagesLeftOut, 'message')}
<details><summary>${marked}</summary>${table('Packets', columns, packets.map(packetRow), 'scrolls')}${leftOut(packetsLeftOut, 'packet')}</details>`
}

function packetRow(packet: PacketView): Part[] {
  const { atNs, link, from, to, text, wireBytes, arrivedNs, stage, forgedBy, alteredBy, isEvidence } = packet
  const by = forgedBy === null ? (alteredBy === null ? '' : `altered by ${alteredBy}`) : `made by ${forgedBy}`
  return [
    html`<span class="figure">${instantText(atNs)}</span>`,
    html`${isEvidence && '► '}${packet.packet} on ${link}`,
    from,
    to,
    html`${text}${by !== '' && html` <span class="status taken">${by}</span>`}`,
    wireBytes,
    arrivedNs === null ? stage : html`<span class="figure">${instantText(arrivedNs)}</span>`,
  ]
}

function packetText(packet: EvidenceView['packet']): string {
  return packet === null ? '' : `; packet ${packet.serial} on ${packet.link}`
}
