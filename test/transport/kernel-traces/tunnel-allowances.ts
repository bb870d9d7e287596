import type { Allowance } from './compare-traces.ts'

const DROP =
  'The queue has overflowed, with the same first packet, and a burst that arrived spread over some microseconds has lost another one of its packets there than here, where it arrives at once.'

/** How far traces of tunnels are compared, by name. */
export const TUNNEL_ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'tunnel-20ms': {
    why: 'The trace ends. The kernel sends the third ACK before the client has read.',
    until: { a: 108, b: 320 },
    windowsUntil: { a: 2, b: 320 },
  },
  'tunnel-40ms': { why: DROP, until: { a: 67, b: 267 } },
  'tunnel-60ms': {
    why: `${DROP} Before, a burst waits for one ACK more.`,
    until: { a: 127, b: 175 },
  },
  'tunnel-80ms': { why: 'The queue has overflowed by one packet less.', until: { a: 76, b: 304 } },
}
