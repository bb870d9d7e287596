import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NS_PER_MS, NS_PER_S } from '../../src/engine/ticks.ts'
import { HostNoise, SLOT_NS } from '../../src/network/host-noise.ts'
import { LinkDirectionTable } from '../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS } from '../../src/network/link-options.ts'
import { NOISE_PROFILES, type NoiseFigures } from '../../src/network/noise-profiles.ts'

const KEY = { hi: 3, lo: 4 }
const LINUX = NOISE_PROFILES.linux.figures
const BUSY: NoiseFigures = {
  interruptionsPerS: 50,
  lengths: [
    { ns: NS_PER_MS, longer: 1 },
    { ns: 16 * NS_PER_MS, longer: 0 },
  ],
}

/** Returns when a host takes up packets of a connection, by a direction that remembers nothing at first. */
function taker(figures: NoiseFigures) {
  const directions = new LinkDirectionTable(new Arena())
  const row = directions.add(0, 1, DEFAULT_LINK_OPTIONS, { loss: KEY, jitter: KEY })
  directions.setNoise(row, new HostNoise(figures, KEY))
  return (tick: number, name = 1) => directions.takenUpTick(row, name, -name, tick)
}

describe('the noise of a host', () => {
  test('the noise of a host has as many interruptions of each length as its profile says', () => {
    const takenUp = taker(LINUX)
    const SECONDS = 400
    const STEP_NS = NS_PER_MS / 10
    const lengths: number[] = []
    let end = 0
    for (let tick = 0; tick < SECONDS * NS_PER_S; tick += STEP_NS) {
      const taken = takenUp(tick)
      if (taken > tick && taken !== end) {
        lengths.push(taken - tick)
        end = taken
      }
    }
    expect(Math.abs(lengths.length / SECONDS / LINUX.interruptionsPerS - 1)).toBeLessThan(0.08)
    for (const { ns, longer } of LINUX.lengths) {
      // A length is known to a step, half of which it is too short in the mean.
      const share = lengths.filter((length) => length + STEP_NS / 2 > ns).length / lengths.length
      expect(Math.abs(share - longer)).toBeLessThan(0.07)
    }
  })

  test('the noise of a host keeps packets of a connection in order, and delays none by more than two interruptions', () => {
    const takenUp = taker(BUSY)
    fc.assert(
      fc.property(fc.nat(100 * NS_PER_S), fc.nat(40 * NS_PER_MS), (tick, laterNs) => {
        const [first, second] = [takenUp(tick), takenUp(tick + laterNs)]
        expect(first).toBeLessThanOrEqual(second)
        expect(first).toBeGreaterThanOrEqual(tick)
        expect(first - tick).toBeLessThanOrEqual(2 * SLOT_NS)
      }),
      { numRuns: 500 },
    )
  })

  test('the noise of a host depends on the tick and the connection alone, whatever was asked before', () => {
    const used = taker(BUSY)
    fc.assert(
      fc.property(fc.nat(10 * NS_PER_S), fc.nat(3), (tick, name) => {
        expect(used(tick, name)).toBe(taker(BUSY)(tick, name))
      }),
      { numRuns: 500 },
    )
  })

  test('the noise of a host interrupts each connection at other times', () => {
    const takenUp = taker(BUSY)
    const late = (name: number) =>
      Array.from({ length: 1_000 }, (_, ms) => takenUp(ms * NS_PER_MS, name) > ms * NS_PER_MS)
    const [one, other] = [late(1), late(2)]
    const shareOf = (marks: readonly boolean[]) => marks.filter(Boolean).length / marks.length
    const both = shareOf(one.map((isLate, ms) => isLate && other[ms]))
    expect(shareOf(one)).toBeGreaterThan(0.2)
    expect(Math.abs(both - shareOf(one) * shareOf(other))).toBeLessThan(0.05)
  })

  test('the noise of a host needs lengths within a slot', () => {
    const lengths = [
      { ns: 1, longer: 1 },
      { ns: SLOT_NS + 1, longer: 0 },
    ]
    expect(() => new HostNoise({ interruptionsPerS: 1, lengths }, KEY)).toThrow('longer than a slot')
  })
})
