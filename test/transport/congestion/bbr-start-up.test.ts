import { expect, test } from 'vitest'
import { BANDWIDTH_UNIT, bandwidth, MINIMUM_RTT_US } from '../../../src/transport/congestion/bbr-state.ts'
import { congestionStateAt } from '../../../src/transport/congestion/congestion-control.ts'
import { Lab, ms } from '../../fixtures/lab.ts'

/**
 * Start-up of Linux 6.18 at 100 Mbps and a round trip of 20.09 ms: segments delivered (the SYN is one), window,
 * bandwidth, and pacing rate in Mbps (TCP_INFO and TCP_CC_INFO every 0.1 ms, bench/fidelity/README.md).
 */
const REAL = [
  [11, 20, 5.45, 16.5],
  [15, 24, 6.28, 17.9],
  [29, 38, 6.78, 19.4],
  [43, 52, 12.06, 34.5],
  [55, 64, 12.88, 36.8],
  [69, 78, 19.2, 54.9],
  [122, 131, 33.34, 95.3],
  [162, 171, 43.42, 124.1],
  [216, 225, 59.82, 171.0],
  [283, 291, 78.87, 225.1],
  [489, 498, 96.53, 275.9],
  [625, 554, 96.57, 276.0],
] as const
const MBPS_PER_UNIT = (1448 * 8) / BANDWIDTH_UNIT

test('the start-up of BBR passes through the same states as in the real kernel', () => {
  const lab = new Lab({ link: 'delay: 10035us, rate: 100Mbps, queue: 200 packets', a: { congestion: 'bbr' } })
  const { a } = lab.connect({ sends: 1_500_000, finishes: 'never' }, { finishes: 'never' })
  const { connections } = lab.tcp
  const seen = new Map<number, readonly [number, number, number]>()
  let minimumRttUs = 0
  for (let tick = ms(20); tick < ms(200); tick += ms(0.1))
    lab.at(tick, () => {
      const connection = lab.connectionOf(a)
      const at = congestionStateAt(connection)
      const state = connections.congestionState
      const delivered = connections.deliveredSegments[connection]
      minimumRttUs = state[at + MINIMUM_RTT_US]
      seen.set(delivered, [
        connections.congestionWindow[connection],
        bandwidth(state, at) * MBPS_PER_UNIT,
        (connections.pacingBytesPerS[connection] * 8) / 1e6,
      ])
    })
  lab.run()
  // The round trip of the handshake: a data segment takes 0.1 ms longer on the link.
  expect(minimumRttUs).toBe(20_079)
  for (const [delivered, window, rate, pacing] of REAL) {
    const here = seen.get(delivered) ?? seen.get(delivered + 1)
    expect(here, `${delivered} segments`).toBeDefined()
    expect(Math.abs(here![0] - window), `window of ${here} at ${delivered}`).toBeLessThanOrEqual(2)
    expect(Math.abs(here![1] / rate - 1), `bandwidth of ${here} at ${delivered}`).toBeLessThan(0.06)
    expect(Math.abs(here![2] / pacing - 1), `pacing of ${here} at ${delivered}`).toBeLessThan(0.06)
  }
})
