import type { TunnelTrace } from '../../../bench/fidelity/traces/tunnel-traces.ts'
import { CPU_FIGURES } from '../../../src/security/cpu-profiles.ts'
import { beginning, finish, scenarioOf } from '../../fixtures/simulations.ts'
import { watch } from '../../fixtures/watch.ts'
import { asSeen, type SeenSegment } from './seen-segment.ts'

/** Time that the kernel takes for a packet at each end, and the relay in between. */
const EXTRA_US = 25

/**
 * The programs of the machine of the traces: about twice as fast as those of the profile. Its sshd, on the same core as
 * the server, first reads when the server has filled its socket, for which that needs 0.9 ms.
 */
const MACHINE = {
  sshByteNs: 0.9,
  sshPacketNs: 5_000,
  sshBufferByteNs: 0.325,
  socketByteNs: 0.23,
  bodyReadBytes: 8192,
  coldPacketNs: 6_000,
}

/**
 * Microseconds of the millisecond at which the transfer begins. The clock of timestamps was not recorded; by it a round
 * trip of 40.1 ms counts as 40 or 41, and with that the receive buffer grows an ACK earlier or later.
 */
const CLOCK_US = 300

const FULL_SEGMENT_BYTES = 1448
const FULL_SEGMENTS = 10

/** Plays a transfer through a tunnel in onpath: both ends share a core. */
export function playTunnel({ link, congestion, bytes }: TunnelTrace): SeenSegment[] {
  const { onewayUs, rateMbps, queuePackets } = link
  const scenario = scenarioOf(`version: 1
hosts:
  a: { noise: none, cores: 1, tcp: { congestion: ${congestion} } }
  b: { noise: none, cores-of: a, tcp: { congestion: ${congestion} } }
links:
  wan: { between: [a, b], delay: ${onewayUs + EXTRA_US}us, rate: ${rateMbps}Mbps, queue: ${queuePackets} packets }
paths: { p: { from: a, to: b, tunnel: { kind: ssh, warm: false } } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: ${bytes}B, start: ${CLOCK_US}us } }
`)
  const simulation = beginning(scenario, { ...CPU_FIGURES, go: { ...CPU_FIGURES.go, ...MACHINE } })
  const trace = watch(simulation)
  finish(simulation, scenario)
  return trace.packets.filter(({ direction }) => direction === 'a>b' || direction === 'b>a').map(asSeen)
}

/**
 * Returns the segments after the request, which is the last data of the client before ten full segments of the server.
 * Times and sequence numbers count from there, since the keys of both ends differ, and with them the login.
 */
export function afterRequest(segments: readonly SeenSegment[]): SeenSegment[] {
  const inOrder = [...segments].sort((one, other) => one.sentUs - other.sentUs)
  const full = inOrder.filter(({ direction, payloadBytes }) => direction === 'b' && payloadBytes === FULL_SEGMENT_BYTES)
  const tenth = full[FULL_SEGMENTS - 1]
  const isQuestion = ({ direction, payloadBytes, sentUs }: SeenSegment) =>
    direction === 'a' && payloadBytes > 0 && sentUs < tenth.sentUs
  const request = inOrder.findLast(isQuestion)!
  const after = inOrder.filter(({ sentUs }) => sentUs > request.sentUs)
  const answer = after.find(({ direction, payloadBytes }) => direction === 'b' && payloadBytes > 0)!
  const starts = { a: request.sequence + request.payloadBytes, b: answer.sequence }
  return after.map((segment) => {
    const far = segment.direction === 'a' ? starts.b : starts.a
    const fromStart = (edges: string) => edges.replace(/\d+/g, (edge) => `${Number(edge) - far}`)
    return {
      ...segment,
      sentUs: segment.sentUs - request.sentUs,
      sequence: segment.sequence - starts[segment.direction],
      acknowledged: segment.acknowledged === null ? null : segment.acknowledged - far,
      sack: fromStart(segment.sack),
    }
  })
}
