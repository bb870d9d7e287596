import type { AttackEvent, StepEvents } from '../../attack/state/event-counts.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { OUTCOMES, type Outcome } from '../verdict.ts'
import type { Consequences } from './consequences.ts'

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
  /** The first event, which is the evidence; null if the outcome is shown by consequences, knowledge or a decision. */
  readonly event: AttackEvent | null
}

/** Describes each event for a person who reads the evidence. */
export const EVENT_TEXTS: Readonly<Record<AttackEvent, string>> = {
  packet: 'the attacker observed a packet of the path',
  opening: 'a connection of the path opened past the attacker',
  'handshake-name': 'the attacker read a name in a handshake',
  'request-read': 'the attacker read a request',
  'answer-read': 'the attacker read a response',
  'body-read': 'the attacker read the body of a message',
  'key-read': 'the attacker read a typed key',
  'chunk-read': 'the attacker read a piece of a streamed response',
  'forged-answer-accepted': 'a client accepted a response that the attacker had made',
  'forged-request-accepted': 'a server accepted a request that the attacker had injected',
  'altered-accepted': 'a client accepted a response that the attacker had altered',
  'altered-request-accepted': 'a server accepted a request that the attacker had altered',
  'piece-accepted': 'a client accepted a piece of a stream that the attacker had made or altered',
  'request-piece-accepted': 'a server accepted a typed key that the attacker had made or altered',
  'request-taken': 'the attacker received a request in the name of the server',
  relayed: 'the client received the real response through the attacker',
  passed: 'the attacker’s host forwarded data of a connection to the real server',
  acted: 'the attacker acted on a packet of the path',
  sent: 'the attacker sent a packet of its own',
}

/** Describes the first difference from the run without the attack, for a person who reads the evidence. */
export const CONSEQUENCE_TEXTS: Readonly<Record<NonNullable<Consequences['outcome']>, string>> = {
  outage: 'from here on no request of the path got a response such as some get without the attack',
  disrupted: 'the first request that ended differently, or later, than without the attack',
  degraded: 'the first request that took longer, or ended differently, than without the attack',
}

/**
 * Returns the outcomes for which events are evidence: data that was read, forged, changed or forwarded. An attacker
 * that reads messages also knows their metadata, which is not listed in addition.
 */
export function shownOutcomes(counted: StepEvents): ShownOutcome[] {
  const shown = SHOWN_BY.flatMap(({ outcome, events }) => {
    const seen = events.filter((event) => counted.has(event))
    if (seen.length === 0) return []
    const first = seen.reduce((a, b) => (counted.firstTick(b) < counted.firstTick(a) ? b : a))
    return [{ outcome, event: first }]
  })
  return shown.some(({ outcome }) => outcome === 'read') ? shown.filter(({ outcome }) => outcome !== 'metadata') : shown
}

/**
 * Returns the outcome of a step that achieved nothing. `isOnPath`: the attacker would have observed packets of the path
 * if there had been any.
 */
export function outcomeWithoutEffect(
  counted: StepEvents,
  { outcomeOfSeeing }: Technique,
  isOnPath: boolean,
): ShownOutcome {
  const hasSeen = counted.has('packet')
  if (outcomeOfSeeing !== undefined && hasSeen) return { outcome: outcomeOfSeeing, event: 'packet' }
  const hasReached = hasSeen || isOnPath || counted.has('sent')
  return { outcome: hasReached ? 'no-effect' : 'unreachable', event: hasSeen ? 'packet' : null }
}

/** Returns the outcome of consequences as a list; empty if there is none. */
export function consequenceOutcome({ outcome }: Consequences): ShownOutcome[] {
  return outcome === null ? [] : [{ outcome, event: null }]
}

/** Returns the distinct outcomes, the worst first. */
export function inOrder(outcomes: readonly Outcome[]): Outcome[] {
  return OUTCOMES.filter((outcome) => outcomes.includes(outcome))
}

/** Returns whether the first outcome is worse than the second. */
export function isWorse(outcome: Outcome, other: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf(other)
}
