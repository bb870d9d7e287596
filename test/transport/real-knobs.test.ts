import { expect, test } from 'vitest'
import type { TcpOverrides } from '../../src/transport/profiles/tcp-profiles.ts'
import { Lab, ms } from '../fixtures/lab.ts'

/**
 * Plain TCP of Linux 6.18.44 over 100 Mbps and 10 ms one way. The relay, whose own time is in `delay`, recorded every
 * packet, and the sender's tcp_probe its thresholds. One setting changed at a time: what the kernel does segment by
 * segment, in all transfers except those that a microsecond decides.
 */
interface Answer {
  readonly bytes: number
  readonly chunk: number
  readonly queuePackets?: number
  readonly server?: TcpOverrides
}

function answer({ bytes, chunk, queuePackets = 200, server = {} }: Answer) {
  const lab = new Lab({
    link: `delay: 10.03ms, rate: 100Mbps, queue: ${queuePackets} packets`,
    b: { overrides: server },
  })
  const { b } = lab.connect({ sends: 79, finishes: 'never' }, { sends: bytes, after: 79, chunk, finishes: 'never' })
  const thresholds: number[] = []
  lab.afterEvent = () => {
    if (b.stream < 0) return
    const threshold = lab.tcp.connections.slowStartThreshold[lab.connectionOf(b)]
    if (threshold !== Number.POSITIVE_INFINITY && threshold !== thresholds.at(-1)) thresholds.push(threshold)
  }
  lab.run()
  const data = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  return {
    thresholds,
    segments: data.length,
    again: data.filter(({ transmission }) => transmission > 1).length,
    lastSentMs: Math.max(...data.map(({ sentTick }) => sentTick)) / ms(1),
  }
}

test('a queue of 50 packets overflows in slow start, and again when recovery has filled the path', () => {
  const { lastSentMs, ...rest } = answer({ bytes: 5_000_000, chunk: 32_768, queuePackets: 50 })
  // 17 of 18 transfers: 3527 to 3530 segments, 73 to 76 of them retransmitted. HyStart ends slow start, each loss
  // multiplies by 0.7.
  expect(rest).toEqual({ thresholds: [250, 175, 122], segments: 3527, again: 73 })
  expect(lastSentMs).toBeGreaterThan(636.8 * 0.995)
  expect(lastSentMs).toBeLessThan(639.5 * 1.005)
})

const wmem = (kibibytes: number): TcpOverrides => ({ sendBufferBytes: kibibytes * 1024 })

test('a small send buffer slows down a program that makes small writes', () => {
  const { lastSentMs, ...rest } = answer({ bytes: 2_000_000, chunk: 32_768, server: wmem(128) })
  expect(rest).toEqual({ thresholds: [], segments: 1401, again: 0 })
  // Five of six transfers: 432.7 to 433.0.
  expect(Math.abs(lastSentMs / 432.9 - 1)).toBeLessThan(0.005)
})

test('a program that writes 1 MiB at once sends as much as the windows allow, even with a small send buffer', () => {
  const { lastSentMs, ...rest } = answer({ bytes: 2_000_168, chunk: 1_048_576, server: wmem(256) })
  expect(rest).toEqual({ thresholds: [250], segments: 1383, again: 0 })
  // Four of five transfers of Node.js: 296.3 to 297.2.
  expect(Math.abs(lastSentMs / 296.7 - 1)).toBeLessThan(0.005)
})
