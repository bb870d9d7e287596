import { formatCount } from '../../format-number.ts'
import type { AttackCell, AttackRow, AttackView, EvidenceView, VerdictEvidence } from '../../view/attack-view.ts'
import type { OutcomeLevel } from '../../view/outcome-level.ts'
import type { PacketView, StoryView } from '../../view/story-view.ts'
import { spanText } from '../../view/texts.ts'
import { type Html, html, type Part } from '../html.ts'
import { sequenceDrawing } from '../sequence-drawing.ts'
import { leftOut, scrolling, section, table } from './parts.ts'

const MARKS: Readonly<Record<OutcomeLevel, string>> = { taken: '✕', harmed: '!', seen: '◦', nothing: '✓', untried: '–' }

/** The attack matrix as a heat map, and the evidence that its cells open. */
export function attacksSection(attacks: AttackView | null): Html {
  if (attacks === null)
    return section(
      'attacks',
      'Attacks',
      html`<p class="lead">No attacker is in this scenario. <code>--attack NAME</code> adds one, and <code>onpath matrix</code> tries every technique on every path.</p>`,
    )
  const cells = attacks.rows.flatMap((row) => row.cells).filter((cell) => cell !== null)
  return section(
    'attacks',
    'Attacks',
    html`<p class="lead">What each technique achieves on each path, at worst. A cell leads to its evidence.</p>`,
    matrix(attacks),
    html`<ul class="legend"><li>✕ gets what others own</li><li>! interrupts or slows</li><li>◦ learns who talks with whom, or gets only its own</li><li>✓ achieves nothing</li><li>– not tried here</li></ul>`,
    cells.map(evidenceOf),
    attacks.storiesLeftOut > 0 &&
      html`<p class="note">The messages around ${formatCount(attacks.storiesLeftOut, 'further packet')} of evidence are left out. <code>onpath packets RUN --link LINK --around PACKET</code> shows those around any packet.</p>`,
    attackersTable(attacks),
  )
}

function matrix({ columns, rows }: AttackView): Html {
  return scrolling(
    'Attack matrix',
    html`<table><thead><tr><td></td>${columns.map(({ path, letter, protection }) => html`<th scope="col" title="${protection}">${letter !== '' && `${letter} `}${path}</th>`)}</tr></thead>
<tbody>${rows.map(matrixRow)}</tbody></table>`,
    'matrix',
  )
}

function matrixRow({ attacker, vantage, technique, meaning, cells }: AttackRow): Html {
  return html`<tr><th scope="row" title="${meaning}">${technique}<span class="note">${attacker} (${vantage})</span></th>${cells.map((cell) => html`<td>${cell === null ? html`<span class="cell untried">–<span class="note">not used</span></span>` : cellLink(cell)}</td>`)}</tr>
`
}

function cellLink({ id, worst, level, isOwn, note }: AttackCell): Html {
  return html`<a class="cell ${level}" href="#${id}"><span aria-hidden="true">${MARKS[level]}</span> ${worst}${isOwn && ' of its own'}${note !== '' && html`<span class="note">${note}</span>`}</a>`
}

function evidenceOf({ id, attacker, technique, path, level, verdicts }: AttackCell): Html {
  const shows = level === 'taken' || level === 'harmed' ? 'shows' : ''
  return html`<article class="evidence ${shows}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${technique} on ${path}, by ${attacker}</h3>
${verdicts.map((verdict) => victimOf(verdict, verdicts.length > 1))}
<p class="back"><a href="#attacks">Back to the matrix</a></p>
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
  const at = level === 'untried' ? null : html`<strong>${spanText(atNs)}</strong> `
  return html`<li>${at}${what} <span class="note">(${shows}${packetText(packet)})</span>${story !== null && storyOf(story)}</li>`
}

/** The messages around a piece of evidence, which open to the packets. */
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
  const { atNs, link, from, to, text, wireBytes, arrivedNs, fate, forgedBy, alteredBy, isEvidence } = packet
  const by = forgedBy === null ? (alteredBy === null ? '' : `altered by ${alteredBy}`) : `made by ${forgedBy}`
  return [
    spanText(atNs),
    html`${isEvidence && '► '}${packet.packet} on ${link}`,
    from,
    to,
    html`${text}${by !== '' && html` <span class="status taken">${by}</span>`}`,
    wireBytes,
    arrivedNs === null ? fate : spanText(arrivedNs),
  ]
}

function packetText(packet: EvidenceView['packet']): string {
  return packet === null ? '' : `; packet ${packet.serial} on ${packet.link}`
}

function attackersTable({ attackers }: AttackView): Part {
  const columns = [
    { head: 'Attacker' },
    { head: 'Vantage' },
    { head: 'Place' },
    { head: 'Holds from the start' },
    { head: 'Allies' },
  ]
  const rows = attackers.map(({ name, vantage, meaning, place, holds, allies }) => [
    name,
    html`${vantage}<br><span class="note">${meaning}</span>`,
    place,
    holds.length === 0 ? html`<span class="none">nothing</span>` : holds.join(', '),
    allies.length === 0 ? html`<span class="none">none</span>` : allies.join(', '),
  ])
  return html`<h3>Who attacks</h3>${table('Attackers', columns, rows)}`
}

/** The section with the things that attackers learned, in the order of time. */
export function knowledgeSection({ knowledge, knowledgeLeftOut, secrets }: AttackView): Html {
  const of = secrets === null ? '' : ` ${formatCount(secrets, 'secret')} could have been learned.`
  const rows = knowledge.map(({ atNs, attacker, learned, toldBy, packet }) => [
    spanText(atNs),
    attacker,
    learned,
    toldBy !== null ? `told by ${toldBy}` : packet === null ? '' : `packet ${packet.serial} on ${packet.link}`,
  ])
  const columns = [{ head: 'At' }, { head: 'Attacker' }, { head: 'Learned' }, { head: 'From' }]
  const rest =
    knowledgeLeftOut > 0 &&
    html`<p class="note">${formatCount(knowledgeLeftOut, 'further thing')} left out; the JSON result has all.</p>`
  return section(
    'learned',
    'What attackers learned',
    rows.length === 0
      ? html`<p class="lead">No attacker learned a token, a key, a session key or a secret.${of}</p>`
      : html`<p class="lead">${formatCount(rows.length + knowledgeLeftOut, 'thing')} in all.${of}</p>${table('What attackers learned', columns, rows)}${rest}`,
  )
}
