import type { AttackEvent, EventCounts } from '../../attack/state/event-counts.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { OUTCOMES, type Outcome } from '../verdict.ts'
import type { Consequences } from './consequences.ts'

/** What showed of a path and a step, whatever the step was meant to do. */
export interface Showing {
  readonly tally: EventCounts
  readonly step: number
  readonly path: number
}

/** Which sights make which outcome. */
const SHOWN_BY: readonly { readonly outcome: Outcome; readonly sights: readonly AttackEvent[] }[] = [
  { outcome: 'relayed', sights: ['relayed'] },
  { outcome: 'impersonated', sights: ['forged-answer-accepted'] },
  { outcome: 'modified', sights: ['altered-accepted', 'altered-request-accepted', 'forged-request-accepted'] },
  { outcome: 'read', sights: ['request-taken', 'request-read', 'answer-read', 'body-read', 'key-read', 'chunk-read'] },
]

export interface ShownOutcome {
  readonly outcome: Outcome
  /** The sight that came first, whose exhibit is the evidence; null: consequences show it, or knowledge, or a decision. */
  readonly sight: AttackEvent | null
}

/** What a sight is to a person who looks at the evidence. */
export const WORDS_OF_SIGHTS: Readonly<Record<AttackEvent, string>> = {
  packet: 'a packet of the path came by',
  'handshake-name': 'a handshake showed a name',
  'request-read': 'a request was read',
  'answer-read': 'an answer was read',
  'body-read': 'a body was read',
  'key-read': 'a keystroke was read',
  'chunk-read': 'a piece of a stream was read',
  'forged-answer-accepted': 'a client took an answer of its making',
  'forged-request-accepted': 'a server took a request of its making',
  'altered-accepted': 'a client took changed bytes for true',
  'altered-request-accepted': 'a server took changed bytes for true',
  'piece-accepted': 'a client took a piece of its making, or changed by it',
  'request-piece-accepted': 'a server took a key of its making, or changed by it',
  'request-taken': 'a request came to it as the server',
  relayed: 'the real answer came to the client through it',
  sent: 'a packet of its own was sent',
}

/** What was read, forged and changed. */
export function shownOutcomes({ tally, step, path }: Showing): ShownOutcome[] {
  return SHOWN_BY.flatMap(({ outcome, sights }) => {
    const seen = sights.filter((sight) => tally.amount(step, path, sight) > 0)
    if (seen.length === 0) return []
    const first = seen.reduce((a, b) => (tally.firstTick(step, path, b) < tally.firstTick(step, path, a) ? b : a))
    return [{ outcome, sight: first }]
  })
}

/**
 * The outcome of a step that achieved nothing.
 * `isOnItsWay`: it would have seen packets, had there been any.
 */
export function poorOutcome(
  { tally, step, path }: Showing,
  { outcomeOfSeeing }: Technique,
  isOnItsWay: boolean,
): ShownOutcome {
  const hasSeen = tally.amount(step, path, 'packet') > 0
  if (outcomeOfSeeing !== undefined && hasSeen) return { outcome: outcomeOfSeeing, sight: 'packet' }
  const hasReached = hasSeen || isOnItsWay || tally.amount(step, path, 'sent') > 0
  return { outcome: hasReached ? 'failed' : 'out-of-reach', sight: hasSeen ? 'packet' : null }
}

export function consequenceOutcome({ outcome }: Consequences): ShownOutcome[] {
  return outcome === null ? [] : [{ outcome, sight: null }]
}

/** Worst first, each once. */
export function inOrder(outcomes: readonly Outcome[]): Outcome[] {
  return OUTCOMES.filter((outcome) => outcomes.includes(outcome))
}

/** Of those, whether the first is worse than the second. */
export function isWorse(outcome: Outcome, other: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf(other)
}
