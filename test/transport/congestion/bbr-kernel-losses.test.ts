import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Lab } from '../../fixtures/lab.ts'
import type { Clause } from '../../fixtures/rules.ts'

interface Transfer {
  /** Time from the dial to the last byte. */
  readonly lastsMs: number
  /** Segments that the kernel retransmitted. */
  readonly repeated: number
  /** First byte of each lost segment, and which transmission of it was lost. */
  readonly lostData: readonly (readonly [sequence: number, transmission: number])[]
  /** Packets of the client that were lost, counted from its SYN. */
  readonly lostAcks: ReadonlySet<number>
}

/**
 * Transfers of 5 MB by BBR of Linux 6.18 (plain C programs, two namespaces, the relay of bench/fidelity/README.md with
 * 10 ms one way, 100 Mbps, a queue of 200 packets and 1 % loss), with pings of 20.12 ms, and the losses that the relay
 * recorded. Drops of its queue are not listed: they follow from the rest.
 */
const TRANSFERS = readFileSync('test/transport/congestion/bbr-kernel-losses.csv', 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): Transfer => {
    const [lastsMs, repeated, data, acks] = line.split(',')
    const lostData = data.split(' ').map((word) => word.split(':').map(Number) as [number, number])
    return {
      lastsMs: Number(lastsMs),
      repeated: Number(repeated),
      lostData,
      lostAcks: new Set(acks.split(' ').map(Number)),
    }
  })

const BYTES = 5_000_000

function play({ lostData, lostAcks }: Transfer) {
  const dropsData: Clause = ({ sequence, payloadBytes, transmission }) => {
    const isLost = lostData.some(
      ([first, nth]) => nth === transmission && sequence <= first && first < sequence + payloadBytes,
    )
    return isLost ? { action: 'drop' } : null
  }
  let ordinal = 0
  const dropsAcks: Clause = () => (lostAcks.has(++ordinal) ? { action: 'drop' } : null)
  const lab = new Lab({
    link: 'delay: 10055us, rate: 100Mbps, queue: 200 packets',
    a: { congestion: 'bbr' },
    b: { congestion: 'bbr' },
    toA: [dropsData],
    toB: [dropsAcks],
  })
  const { a } = lab.connect({ sends: 100, finishes: 'never' }, { sends: BYTES, after: 100, chunk: 32_768 })
  lab.run()
  expect(a.receivedBytes).toBe(BYTES)
  const data = lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'b>a' && payloadBytes > 0)
  return {
    lastsMs: Number(a.lastByteTick) / 1e6,
    repeated: data.filter(({ transmission }) => transmission > 1).length,
    lost: data.filter(({ outcome }) => typeof outcome !== 'number').length,
  }
}

describe('BBR, when the same packets are lost as in the real kernel,', () => {
  TRANSFERS.forEach((transfer, nth) => {
    test(`BBR takes as long as the real kernel for transfer ${nth + 1}, of ${transfer.lastsMs} ms, with the same losses, to within a hundredth`, () => {
      const here = play(transfer)
      expect(Math.abs(here.lastsMs / transfer.lastsMs - 1), `${here.lastsMs} ms`).toBeLessThan(0.01)
      // The kernel, too, sometimes retransmits a segment that has arrived.
      expect(here.repeated - here.lost, 'sent again though it came').toBeLessThanOrEqual(2)
      expect(Math.abs(here.repeated - transfer.repeated), `${here.repeated} sent again`).toBeLessThan(40)
    })
  })
})
