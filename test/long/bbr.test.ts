import { describe, expect, test } from 'vitest'
import { CYCLE_INDEX, MODE, PROBE_BANDWIDTH } from '../../src/transport/congestion/bbr-state.ts'
import { congestionStateAt } from '../../src/transport/congestion/congestion-control.ts'
import { checkInvariants } from '../fixtures/invariants.ts'
import { Lab, ms } from '../fixtures/lab.ts'
import { drop, type Which } from '../fixtures/rules.ts'

const LINK = 'delay: 10ms, rate: 100Mbps, queue: 500 packets'
/** 100 Mbps and 20 ms, in packets of 1500 bytes: 166.7 of them. */
const BANDWIDTH_DELAY = 167

function sending(
  bytes: number,
  toB: ConstructorParameters<typeof Lab>[0]['toB'] = [],
  congestion: 'bbr' | 'cubic' = 'bbr',
) {
  const lab = new Lab({ link: LINK, a: { congestion }, toB })
  lab.afterEvent = () => checkInvariants(lab)
  const { a, b } = lab.connect({ sends: bytes, finishes: 'never' }, { finishes: 'never' })
  const windowAt = (tick: number) => {
    let window = Number.NaN
    lab.at(tick, () => {
      window = lab.tcp.connections.congestionWindow[lab.connectionOf(a)]
    })
    return () => window
  }
  return { lab, a, b, windowAt }
}

describe('BBR', () => {
  test('BBR keeps two bandwidth-delay products in flight, most of which is not queued', () => {
    const { lab, a, b, windowAt } = sending(30_000_000)
    const windows = [ms(1_000), ms(1_500), ms(2_000)].map(windowAt)
    const roundTripsMs: number[] = []
    for (let tick = ms(1_000); tick <= ms(2_000); tick += ms(10))
      lab.at(tick, () => roundTripsMs.push(lab.tcp.connections.smoothedRttNs[lab.connectionOf(a)] / ms(1)))
    lab.run()
    // Twice 10 ms, except for the eighth of the time in which BBR probes. CUBIC would have filled 60 ms of queue.
    expect(roundTripsMs.sort((one, other) => one - other)[Math.floor(roundTripsMs.length / 2)]).toBeLessThan(25)
    expect(b.receivedBytes).toBe(30_000_000)
    for (const window of windows) {
      expect(window()).toBeGreaterThan(1.9 * BANDWIDTH_DELAY)
      expect(window()).toBeLessThan(2.3 * BANDWIDTH_DELAY)
    }
    expect(lab.trace.packets.filter(({ transmission }) => transmission > 1 && transmission < 100)).toEqual([])
  })

  test('BBR fills the path while one packet in fifty is lost, unlike CUBIC', () => {
    const isLost: Which = ({ sequence, payloadBytes, transmission }) =>
      payloadBytes > 0 && transmission === 1 && Math.floor(sequence / 1448) % 50 === 49
    const lastByteMs = (congestion: 'bbr' | 'cubic') => {
      const { lab, b } = sending(5_000_000, [drop(isLost)], congestion)
      lab.run()
      expect(b.receivedBytes).toBe(5_000_000)
      return Number(b.lastByteTick) / ms(1)
    }
    const bbr = lastByteMs('bbr')
    expect(bbr).toBeLessThan(1_000)
    expect(lastByteMs('cubic')).toBeGreaterThan(4 * bbr)
  })

  test.each(['linux', 'rfc', 'ns3'] as const)(
    'BBR measures its rate and fills the path with the recovery of profile %s',
    (profile) => {
      const buffers = { receiveBufferBytes: 4_000_000, sendBufferBytes: 4_000_000 }
      const lab = new Lab({ link: LINK, a: { profile, congestion: 'bbr', ...buffers }, b: { profile, ...buffers } })
      const { b } = lab.connect({ sends: 20_000_000, finishes: 'never' }, { finishes: 'never' })
      lab.run()
      // 20 MB over 100 Mbps, and slow start.
      expect(Number(b.lastByteTick) / ms(1)).toBeGreaterThan(1_650)
      expect(Number(b.lastByteTick) / ms(1)).toBeLessThan(1_900)
    },
  )

  test('BBR sends bursts of a millisecond at its pacing rate', () => {
    const { lab } = sending(20_000_000)
    lab.run()
    const sent = lab.trace.packets.filter(
      ({ sentTick, payloadBytes }) => payloadBytes > 0 && sentTick > ms(1_000) && sentTick < ms(1_400),
    )
    const bursts = new Map<number, number>()
    for (const { sentTick } of sent) bursts.set(sentTick, (bursts.get(sentTick) ?? 0) + 1)
    expect(Math.max(...bursts.values())).toBeLessThanOrEqual(11)
    expect((sent.length * 1500 * 8) / 0.4 / 1e6).toBeGreaterThan(90)
  })

  test('BBR begins its gain cycle in a random phase given by the seed, but never in the draining phase', () => {
    const phaseOf = (seed: number) => {
      const lab = new Lab({ link: LINK, seed, a: { congestion: 'bbr' } })
      const { a } = lab.connect({ sends: 10_000_000, finishes: 'never' }, { finishes: 'never' })
      const { connections } = lab.tcp
      let phase = Number.NaN
      lab.afterEvent = () => {
        if (!Number.isNaN(phase) || a.openTick === null) return
        const at = congestionStateAt(lab.connectionOf(a))
        if (connections.congestionState[at + MODE] === PROBE_BANDWIDTH)
          phase = connections.congestionState[at + CYCLE_INDEX]
      }
      lab.run(ms(1_000))
      return phase
    }
    const phases = [1, 2, 3, 4, 5, 6, 7].map(phaseOf)
    expect(phaseOf(1)).toBe(phases[0])
    expect(new Set(phases).size).toBeGreaterThan(3)
    expect(phases).not.toContain(1)
  })

  test('BBR reduces the flight to four segments every ten seconds to measure the minimum round-trip time', () => {
    const { lab, windowAt } = sending(140_000_000)
    const ticks = Array.from({ length: 120 }, (_, nth) => ms(10_000) + nth * ms(10))
    const windows = ticks.map(windowAt)
    lab.afterEvent = () => {}
    lab.run()
    const seen = windows.map((window) => window())
    expect(Math.min(...seen)).toBe(4)
    const dips = seen.filter((window) => window === 4).length
    // 200 ms and a round trip or so.
    expect(dips).toBeGreaterThanOrEqual(20)
    expect(dips).toBeLessThanOrEqual(30)
  })
})
