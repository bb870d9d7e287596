import { EventKind } from '../../engine/event-kind.ts'

/** A program of a host (the target) that requests or signs certificates continues. */
export const CERTIFICATE_TURN = new EventKind('certificate turn')

/** The phases of a signing request. A state of 0 means that there is no request. */
export const PENDING = 1
export const APPROVED = 2
export const SIGNED = 3

/** The requester of a signing request. */
export const BY_OTHERS = 0
export const BY_BOOTSTRAP_TOKEN = 1
export const BY_THE_NODE = 2

const PHASES = 4
const REQUESTERS = 4

/**
 * Encodes the state of a node's signing request as one number: the number of requests so far, the requester and the
 * phase.
 */
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
