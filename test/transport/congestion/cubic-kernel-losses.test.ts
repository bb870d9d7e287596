import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Lab } from '../../fixtures/lab.ts'
import type { Clause } from '../../fixtures/rules.ts'

interface Transfer {
  /** Time from the dial to the last byte. */
  readonly lastsMs: number
  /** `first byte:nth transmission` of each lost segment. */
  readonly lostData: readonly string[]
  /** `acknowledged byte:nth ACK for it` of each lost ACK. */
  readonly lostAcks: readonly string[]
}

/**
 * Ten consecutive transfers of 8 MB by CUBIC of Linux 6.18 (Go's net/http, two namespaces, the relay of
 * bench/fidelity/README.md with 10 ms one way, 100 Mbps, a queue of 200 packets and 0.1 % loss), with pings of 20.04
 * ms, and the losses that the relay recorded. Drops of its queue are not listed: they follow from the rest.
 */
const TRANSFERS = readFileSync('test/transport/congestion/cubic-kernel-losses.csv', 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): Transfer => {
    const [lastsMs, data, acks] = line.split(',')
    return { lastsMs: Number(lastsMs), lostData: data.split(' '), lostAcks: acks.split(' ') }
  })

/** 8 MB and the head of the response. */
const BYTES = 8_000_122

function play({ lostData, lostAcks }: Transfer): number {
  const lostSegments = lostData.map((word) => word.split(':').map(Number))
  const dropsData: Clause = ({ sequence, payloadBytes, transmission }) => {
    const isLost = lostSegments.some(
      ([first, nth]) => nth === transmission && sequence <= first && first < sequence + payloadBytes,
    )
    return isLost ? { action: 'drop' } : null
  }
  const said = new Map<number | null, number>()
  const dropsAcks: Clause = ({ acknowledged, payloadBytes }) => {
    if (payloadBytes > 0) return null
    const nth = (said.get(acknowledged) ?? 0) + 1
    said.set(acknowledged, nth)
    return lostAcks.includes(`${acknowledged}:${nth}`) ? { action: 'drop' } : null
  }
  const lab = new Lab({
    link: 'delay: 10020us, rate: 100Mbps, queue: 200 packets',
    a: { congestion: 'cubic' },
    b: { congestion: 'cubic' },
    toA: [dropsData],
    toB: [dropsAcks],
  })
  // Go flushes its buffer of 4 KiB with the head in it, and then writes the rest.
  const server = { sends: BYTES, after: 79, firstChunk: 4096, chunk: 2 ** 20 }
  const { a } = lab.connect({ sends: 79, finishes: 'never' }, server)
  lab.run()
  expect(a.receivedBytes).toBe(BYTES)
  return Number(a.lastByteTick) / 1e6
}

describe('CUBIC, when the same packets are lost as in the real kernel,', () => {
  TRANSFERS.forEach((transfer, nth) => {
    test(`CUBIC takes as long as the real kernel for transfer ${nth + 1}, of ${transfer.lastsMs} ms, with the same losses, to within a hundredth`, () => {
      const lastsMs = play(transfer)
      expect(Math.abs(lastsMs / transfer.lastsMs - 1), `${lastsMs} ms`).toBeLessThan(0.01)
    })
  })
})
