import { describe, expect, test } from 'vitest'
import { Lab, ms } from '../fixtures/lab.ts'

const CLOCK_NS = 4_000

/** Returns the packets of a connection that is dialled at `tick`, relative to it. */
function dialled(tick: number) {
  const lab = new Lab({ link: 'delay: 10ms, jitter: uniform 3ms, rate: 100Mbps, loss: 5%' })
  let numbers: number[] = []
  lab.at(tick, () => {
    const { a } = lab.connect({ sends: 100_000 }, { sends: 20_000 })
    const { localPort, initialSendSequence } = lab.tcp.connections
    const connection = lab.connectionOf(a)
    numbers = [localPort[connection], initialSendSequence[connection]]
  })
  lab.run()
  const packets = lab.trace.packets.map(({ sentTick, outcome, ...packet }) => ({
    ...packet,
    sentTick: sentTick - tick,
    outcome: typeof outcome === 'number' ? outcome - tick : outcome,
  }))
  return { port: numbers[0], initialSequence: numbers[1], packets }
}

describe('a connection with the same name that is dialled later', () => {
  const first = dialled(0)

  test('a later connection with the same name has the same port and an initial sequence number that has advanced by one per 4 us (RFC 6528)', () => {
    const later = dialled(ms(1_000))
    expect(later.port).toBe(first.port)
    expect((later.initialSequence - first.initialSequence) >>> 0).toBe(ms(1_000) / CLOCK_NS)
    expect(dialled(CLOCK_NS - 1).initialSequence).toBe(first.initialSequence)
  })

  test('a later connection with the same name has the same packets dropped', () => {
    expect(first.packets.filter(({ outcome }) => outcome === 'lost').length).toBeGreaterThan(3)
    for (const tick of [1, CLOCK_NS, ms(1_000) + 7, ms(18_000_000)])
      expect(dialled(tick).packets).toEqual(first.packets)
  })
})
