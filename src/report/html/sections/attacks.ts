import { formatCount } from '../../format-number.ts'
import type { AttackView } from '../../view/attack-view.ts'
import { instantText } from '../../view/texts.ts'
import { type Html, html, type Part } from '../html.ts'
import { attackMatrix, cellEvidence, MATRIX_LEGEND } from './attack-matrix.ts'
import { section, table } from './parts.ts'

/** The attack matrix as a heat map, and the evidence that its cells open. */
export function attacksSection(attacks: AttackView | null): Html {
  if (attacks === null)
    return section(
      'attacks',
      'Attacks',
      html`<p class="lead">No attacker is in this scenario. <code>--attack NAME</code> adds one, and <code>onpath matrix FILE --report OUT.html</code> tries every technique on every path.</p>`,
    )
  const cells = attacks.rows.flatMap((row) => row.cells).filter((cell) => cell !== null)
  return section(
    'attacks',
    'Attacks',
    html`<p class="lead">What each technique of this scenario’s attackers achieves on each path, at worst. A cell leads to its evidence. <code>onpath matrix FILE --report OUT.html</code> tries every technique on every path.</p>`,
    attackMatrix('Attack matrix', attacks.columns, attacks.rows),
    MATRIX_LEGEND,
    cells.map((cell) => cellEvidence(cell, 'attacks', cell.level === 'taken' || cell.level === 'harmed')),
    attacks.storiesLeftOut > 0 &&
      html`<p class="note">The messages around ${formatCount(attacks.storiesLeftOut, 'further packet')} of evidence are left out. <code>onpath packets RUN --link LINK --around PACKET</code> shows those around any packet.</p>`,
    attackersTable(attacks),
  )
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

/** Makes the section about what attackers learned, in the order of time. */
export function knowledgeSection({ knowledge, knowledgeLeftOut, secrets, readOn }: AttackView): Html {
  const of = secrets === null ? '' : ` ${formatCount(secrets, 'secret')} could have been learned.`
  const rows = knowledge.map(({ atNs, attacker, learned, toldBy, packet }) => [
    instantText(atNs),
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
      ? html`<p class="lead">${nothingLearned(readOn)}${of}</p>`
      : html`<p class="lead">${formatCount(rows.length + knowledgeLeftOut, 'thing')} in all.${of}</p>${table('What attackers learned', columns, rows)}${rest}`,
  )
}

/** Says that no secret was learned. Messages that were read are still a finding, and are listed before it. */
function nothingLearned(readOn: readonly string[]): Part {
  if (readOn.length === 0) return 'No attacker learned a token, a key, a session key or a secret.'
  return html`Attackers read messages on ${readOn.join(', ')}. No token, no key and no secret with a name was in them; <code>carries</code> of a workload gives what it sends a name.`
}
