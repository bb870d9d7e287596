import type { AttackEvent, EventCounts } from '../../attack/state/event-counts.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { OUTCOMES, type Outcome } from '../verdict.ts'
import type { Consequences } from './consequences.ts'

/** The counted events of one step of an attack on one path. */
export interface StepEvents {
  readonly counts: EventCounts
  readonly step: number
  readonly path: number
}

/** The events that show each outcome. */
const SHOWN_BY: readonly { readonly outcome: Outcome; readonly events: readonly AttackEvent[] }[] = [
  { outcome: 'relayed', events: ['relayed'] },
  { outcome: 'impersonated', events: ['forged-answer-accepted'] },
  { outcome: 'modified', events: ['altered-accepted', 'altered-request-accepted', 'forged-request-accepted'] },
  {
    outcome: 'read',
    events: ['request-taken', 'request-read', 'answer-read', 'body-read', 'key-read', 'chunk-read'],
  },
  { outcome: 'metadata', events: ['passed'] },
]

/** An outcome, and what shows it. */
export interface ShownOutcome {
  readonly outcome: Outcome
  /** The first event, which is the evidence; null when consequences, knowledge or a decision show the outcome. */
  readonly event: AttackEvent | null
}

/** Describes each event for a person who reads the evidence. */
export const EVENT_TEXTS: Readonly<Record<AttackEvent, string>> = {
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
  passed: 'a connection in a tunnel was passed on by its false end',
  sent: 'a packet of its own was sent',
}

/** Returns the outcomes for which events are evidence: data that was read, forged, changed or passed on. */
export function shownOutcomes({ counts, step, path }: StepEvents): ShownOutcome[] {
  return SHOWN_BY.flatMap(({ outcome, events }) => {
    const seen = events.filter((event) => counts.amount(step, path, event) > 0)
    if (seen.length === 0) return []
    const first = seen.reduce((a, b) => (counts.firstTick(step, path, b) < counts.firstTick(step, path, a) ? b : a))
    return [{ outcome, event: first }]
  })
}

/**
 * Returns the outcome of a step that achieved nothing. `isOnPath` means that the attacker would have observed packets
 * of the path, had there been any.
 */
export function outcomeWithoutEffect(
  { counts, step, path }: StepEvents,
  { outcomeOfSeeing }: Technique,
  isOnPath: boolean,
): ShownOutcome {
  const hasSeen = counts.amount(step, path, 'packet') > 0
  if (outcomeOfSeeing !== undefined && hasSeen) return { outcome: outcomeOfSeeing, event: 'packet' }
  const hasReached = hasSeen || isOnPath || counts.amount(step, path, 'sent') > 0
  return { outcome: hasReached ? 'no-effect' : 'unreachable', event: hasSeen ? 'packet' : null }
}

/** Returns the outcome of consequences as a list, which is empty when there are none. */
export function consequenceOutcome({ outcome }: Consequences): ShownOutcome[] {
  return outcome === null ? [] : [{ outcome, event: null }]
}

/** Returns outcomes from the worst on, each once. */
export function inOrder(outcomes: readonly Outcome[]): Outcome[] {
  return OUTCOMES.filter((outcome) => outcomes.includes(outcome))
}

/** Returns whether the first outcome is worse than the second. */
export function isWorse(outcome: Outcome, other: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf(other)
}
