/** Where a signing request stands. 0 as a whole: there is none. */
export const PENDING = 1
export const APPROVED = 2
export const SIGNED = 3

/** Who asked for it. */
export const BY_OTHERS = 0
export const BY_BOOTSTRAP_TOKEN = 1
export const BY_THE_NODE = 2

const PHASES = 4
const REQUESTERS = 4

/** All that there is to know of a node's signing request, as a number: which it is, who asked, and how far it is. */
export function signingState(serial: number, requester: number, phase: number): number {
  return (serial * REQUESTERS + requester) * PHASES + phase
}

export function phaseOf(state: number): number {
  return state % PHASES
}

export function requesterOf(state: number): number {
  return Math.floor(state / PHASES) % REQUESTERS
}

export function serialOf(state: number): number {
  return Math.floor(state / (PHASES * REQUESTERS))
}
