import type { Allowance } from './compare-traces.ts'

const WHY =
  'The first data are sent when the server has filled its socket, which takes it 0.9 ms. From the fourth packet of sshd on, ' +
  'packets have other lengths: the socket that it reads from frees memory only by whole buffers, so that every fourth read ' +
  'is short. The client therefore grants window some segments earlier, with an ACK that comes between two others.'

/** How far traces of tunnels are compared, by name. */
export const TUNNEL_ALLOWANCES: Readonly<Record<string, Allowance>> = {
  'tunnel-20ms': {
    why: `${WHY} The kernel sends the third ACK before the client has read.`,
    until: { a: 36, b: 162 },
    windowsUntil: { a: 2, b: 162 },
    lateMs: 1,
  },
  'tunnel-40ms': { why: WHY, until: { a: 38, b: 162 } },
  'tunnel-60ms': { why: WHY, until: { a: 38, b: 162 } },
  'tunnel-80ms': { why: WHY, until: { a: 38, b: 162 } },
}
