import { expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'
import type { TracedPacket } from '../fixtures/trace.ts'
import { watch } from '../fixtures/watch.ts'

type Figures = Partial<typeof CPU_FIGURES.go>

/** Returns the packets of a transfer of 1 MB through a tunnel, all ends of which share a core. */
function transfer(figures: Figures): readonly TracedPacket[] {
  const scenario = scenarioOf(`version: 1
hosts: { a: { cores: 1 }, b: { cores-of: a } }
links: { wan: { between: [a, b], delay: 5ms, rate: 100Mbps, queue: 400 packets } }
paths: { p: { from: a, to: b, tunnel: ssh } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: 1MB } }
`)
  const simulation = beginning(scenario, { ...CPU_FIGURES, go: { ...CPU_FIGURES.go, ...figures } })
  const trace = watch(simulation)
  finish(simulation, scenario)
  return trace.packets
}

/** The server is busy until it has filled its socket. */
const FILLING: Figures = { socketByteNs: 0.23 }

test('a loopback opens its window completely when all waiting data was read', () => {
  const onLoopback = transfer(FILLING).filter(({ direction, isSyn }) => direction === 'b>b' && !isSyn)
  const data = onLoopback.filter(({ payloadBytes }) => payloadBytes > 32_768)
  // After the first 4 KiB, 128 KiB of memory leave 103 KiB at 212 of 256 bytes, which are two segments.
  expect(data.slice(0, 6).map(({ payloadBytes }) => payloadBytes)).toEqual(Array(6).fill(52_736))
  const acks = onLoopback.filter(({ payloadBytes, sentTick }) => payloadBytes === 0 && sentTick > data[1].sentTick)
  expect(acks.slice(1, 6).map(({ window }) => window)).toEqual([103, 0, 103, 0, 103])
})

test('a server that fills its socket on sshd’s core makes sshd read the response head together with the body', () => {
  // The first packet of sshd to the client that is not full has the rest of 4096 bytes and 36 of its own.
  const rest = (figures: Figures) =>
    transfer(figures).filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes === 4132 % 1448)
      .length
  expect([rest(FILLING), rest({})]).toEqual([0, 1])
})

test('an SSH client grants window at its first read of a packet', () => {
  // Of 109,568 bytes in four packets, those of the first three and as much of the fourth as one read takes.
  const firstGrant = (figures: Figures) => {
    const packets = transfer({ ...FILLING, ...figures })
    const data = packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes === 1448)
    return packets.filter(
      ({ direction, payloadBytes, sentTick }) =>
        direction === 'a>b' && payloadBytes === 36 && sentTick > data[0].sentTick,
    ).length
  }
  expect(firstGrant({ bodyReadBytes: 8192 })).toBeGreaterThan(firstGrant({}))
})
