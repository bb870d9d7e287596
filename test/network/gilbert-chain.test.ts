import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { exactExponentialQuantile, exactLog } from '../../src/engine/exact-math.ts'
import { draw32 } from '../../src/engine/streams.ts'
import { decisiveSlots } from '../../src/network/decisive-slots.ts'
import { isBad } from '../../src/network/gilbert-chain.ts'
import { LinkDirectionTable } from '../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS } from '../../src/network/link-options.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const SLOT_NS = 120_000 // of a packet of 1500 bytes at 100 Mbps
const LINE = 'delay: 1ms, rate: 100Mbps'

function lineWith(bursts: string, seed = 1): { lab: NetworkLab; sender: PacketSender } {
  const lab = new NetworkLab({ seed, ...wire(`${LINE}, bursts: ${bursts}`) })
  return { lab, sender: new PacketSender(lab) }
}

/** Sends one packet per time slot, back to back, and returns for each whether it arrived. */
function arrivals(bursts: string, count: number, others: readonly number[] = [], seed = 1): boolean[] {
  const { lab, sender } = lineWith(bursts, seed)
  const between = new Set(others)
  for (let slot = 0; slot < count; slot++) {
    // Half a slot of link time is left for a packet of another connection.
    lab.at(slot * SLOT_NS, () => sender.send({ from: 'a', to: 'b', sequence: slot, bytes: 700 }))
    if (between.has(slot))
      lab.at(slot * SLOT_NS + 60_000, () =>
        sender.send({ from: 'a', to: 'b', sequence: slot, bytes: 700, name: 'other' }),
      )
  }
  lab.run()
  const arrived = new Set(sender.arrivals.filter(({ name }) => name !== 'other').map(({ sequence }) => sequence))
  return Array.from({ length: count }, (_, slot) => arrived.has(slot))
}

/** Returns the lengths of the runs of lost packets. */
function bursts(arrived: readonly boolean[]): number[] {
  const lengths: number[] = []
  arrived.forEach((hasArrived, slot) => {
    if (hasArrived) return
    if (slot > 0 && !arrived[slot - 1]) lengths[lengths.length - 1]++
    else lengths.push(1)
  })
  return lengths
}

test("burst loss has the ratio and the mean burst length of Gilbert's chain", () => {
  const arrived = arrivals('1% 20% 100%', 8_000)
  const lengths = bursts(arrived)
  expect(arrived.filter((hasArrived) => !hasArrived).length / arrived.length).toBeCloseTo(0.01 / 0.21, 2)
  expect(Math.abs(lengths.reduce((sum, length) => sum + length, 0) / lengths.length - 5)).toBeLessThan(1)
})

test('burst loss drops only the configured share of the packets in the bad state', () => {
  const arrived = arrivals('1% 20% 50%', 8_000)
  expect(arrived.filter((hasArrived) => !hasArrived).length / arrived.length).toBeCloseTo(0.005 / 0.21, 2)
})

test("Gilbert's chain alternates when its transition probabilities are close to 1", () => {
  const arrived = arrivals('90% 95% 100%', 5_000)
  expect(arrived.filter((hasArrived) => !hasArrived).length / arrived.length).toBeCloseTo(0.9 / 1.85, 1)
  expect(bursts(arrived).every((length) => length < 5)).toBe(true)
})

test('burst loss of a packet does not change when packets of another connection are sent in between', () => {
  const alone = arrivals('2% 20% 60%', 3_000)
  const every = Array.from({ length: 3_000 }, (_, slot) => slot)
  expect(arrivals('2% 20% 60%', 3_000, every)).toEqual(alone)
  expect(arrivals('2% 20% 60%', 3_000, [5, 700, 701, 702])).toEqual(alone)
})

test('burst loss has other bursts with another seed', () => {
  expect(arrivals('2% 20% 100%', 3_000, [], 2)).not.toEqual(arrivals('2% 20% 100%', 3_000))
})

test("Gilbert's chain alternates in every slot when both transition probabilities are 1, beginning with a burst", () => {
  expect(arrivals('100% 100% 100%', 6)).toEqual([false, true, false, true, false, true])
})

test("Gilbert's chain never leaves a burst whose end has probability 0", () => {
  const arrived = arrivals('3% 0% 100%', 200)
  const first = arrived.indexOf(false)
  expect(first).toBeGreaterThan(0)
  expect(arrived.slice(first)).not.toContain(true)
})

// A walk from slot to slot would take 3·10^10 steps to the last of these packets.
test('burst loss is known at once after silences of millions of slots with tiny transition probabilities', () => {
  const { lab, sender } = lineWith('0.00001% 0.00003% 100%')
  const packets = 4_000
  for (let nth = 0; nth < packets; nth++)
    lab.at(nth * 15 * 60 * 1_000_000_000, () => sender.send({ from: 'a', to: 'b', sequence: nth, bytes: 700 }))
  lab.run()
  expect(1 - sender.arrivals.length / packets).toBeCloseTo(0.25, 1)
})

test('burst loss is the same for a packet whether or not packets were sent before it', () => {
  const lost = (slots: readonly number[]): boolean[] => {
    const { lab, sender } = lineWith('1% 5% 100%')
    for (const slot of slots)
      lab.at(slot * SLOT_NS, () => sender.send({ from: 'a', to: 'b', sequence: slot, bytes: 1_500 }))
    lab.run()
    return slots.map((slot) => !sender.arrivals.some(({ sequence }) => sequence === slot))
  }
  const slots = Array.from({ length: 400 }, (_, slot) => slot)
  const all = lost(slots)
  expect(all).toContain(true)
  expect(lost(slots.filter((slot) => slot % 7 === 3))).toEqual(all.filter((_, slot) => slot % 7 === 3))
})

test('a Gilbert chain that mostly alternates has its long-run share of bad states', () => {
  // In the long run 95 / (95 + 75) of the slots are bad.
  const arrived = arrivals('95% 75% 100%', 5_000)
  expect(arrived.filter((hasArrived) => !hasArrived).length / 5_000 - 95 / 170).toSatisfy(
    (distance: number) => Math.abs(distance) < 0.03,
  )
})

const CHAIN = 0x67696c62
const TWO_POW_32 = 2 ** 32

/** Returns the state of the chain in the first slots, walked from slot to slot. */
function walked(chain: { goodToBad: number; badToGood: number }, count: number): boolean[] {
  const { rate, blockSlots, badThreshold, alternates } = decisiveSlots({ ...chain, lossInBad: 1, slotNs: 1 })
  const decided = new Map<number, boolean>()
  for (let block = 0; block * blockSlots < count; block++) {
    const draw = (nth: number) => draw32(12, 11, CHAIN, 0, block, nth)
    let slot = block * blockSlots - 1
    for (let nth = 1; ; nth++) {
      slot += 1 + Math.floor(exactExponentialQuantile(draw(nth) / TWO_POW_32) / rate)
      if (slot >= (block + 1) * blockSlots) break
      decided.set(slot, draw(-nth) < badThreshold)
    }
  }
  const states: boolean[] = []
  for (let slot = 0; slot < count; slot++) {
    const before = states[slot - 1] ?? false
    states.push(decided.get(slot) ?? (alternates ? !before : before))
  }
  return states
}

test.each([
  [0.05, 0.2],
  [0.3, 0.4],
  [0.9, 0.7],
  [0.97, 0.96],
])(
  'the state of a Gilbert chain’s slot is the same as on a walk from slot to slot, with probabilities of %d and %d',
  (goodToBad, badToGood) => {
    const directions = new LinkDirectionTable(new Arena())
    const chain = { goodToBad, badToGood }
    const lossBursts = { ...chain, lossInBad: 1, slotNs: 10 }
    const key = { hi: 11, lo: 12 }
    const row = directions.add(0, 1, { ...DEFAULT_LINK_OPTIONS, lossBursts }, { loss: key, jitter: key })
    const states = walked(chain, 400)
    const ends = states.flatMap((_, slot) => [slot * 10, slot * 10 + 9])
    expect(ends.map((tick) => isBad(directions, row, tick))).toEqual(states.flatMap((state) => [state, state]))
    expect(new Set(states).size).toBe(2)
  },
)

test('the decisive slots of a Gilbert chain have the rate and the states of its probabilities', () => {
  const slotsOf = (goodToBad: number, badToGood: number) =>
    decisiveSlots({ goodToBad, badToGood, lossInBad: 1, slotNs: null })
  const quarters = { rate: -exactLog(0.25), blockSlots: 3, alternates: false }
  expect(slotsOf(0.5, 0.25)).toEqual({ ...quarters, badThreshold: Math.ceil((2 / 3) * TWO_POW_32) })
  expect(slotsOf(0.75, 0.5)).toEqual({ ...quarters, badThreshold: Math.ceil((2 / 3) * TWO_POW_32), alternates: true })
  expect(slotsOf(0.25, 0.75)).toMatchObject({ blockSlots: 2, badThreshold: TWO_POW_32 / 4, alternates: false })
  expect(slotsOf(0, 0)).toMatchObject({ rate: 0, blockSlots: Number.POSITIVE_INFINITY, badThreshold: 0 })
  expect(slotsOf(1, 1)).toMatchObject({ rate: 0, badThreshold: 0, alternates: true })
})

test('the rate of decisive slots keeps all its digits if their probability is tiny', () => {
  const rateOf = (goodToBad: number) => decisiveSlots({ goodToBad, badToGood: 0, lossInBad: 1, slotNs: null }).rate
  // -log(1 - x) = x + x^2 / 2 + ...
  expect(rateOf(1e-9)).toBe(1e-9 + 5e-19)
  expect(rateOf(9e-7)).toBe(9e-7 + 4.05e-13)
  expect(rateOf(1e-6)).toBe(-exactLog(1 - 1e-6))
})

test('the draws of a Gilbert chain’s block depend on all digits of its number', () => {
  const directions = new LinkDirectionTable(new Arena())
  const lossBursts = { goodToBad: 0.4, badToGood: 0.4, lossInBad: 1, slotNs: 1 }
  const key = { hi: 11, lo: 12 }
  const row = directions.add(0, 1, { ...DEFAULT_LINK_OPTIONS, lossBursts }, { loss: key, jitter: key })
  const blockSlots = directions.burstBlockSlots[row]
  const statesFrom = (block: number) =>
    Array.from({ length: 200 }, (_, slot) => isBad(directions, row, block * blockSlots + slot))
  expect(statesFrom(TWO_POW_32)).not.toEqual(statesFrom(0))
  expect(statesFrom(TWO_POW_32)).not.toEqual(statesFrom(2 * TWO_POW_32))
})
