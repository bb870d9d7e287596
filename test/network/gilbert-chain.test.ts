import { expect, test } from 'vitest'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const SLOT_NS = 120_000 // of a packet of 1500 bytes at 100 Mbps
const LINE = 'delay: 1ms, rate: 100Mbps'

function lineWith(bursts: string, seed = 1): { lab: NetworkLab; desk: PacketSender } {
  const lab = new NetworkLab({ seed, ...wire(`${LINE}, bursts: ${bursts}`) })
  return { lab, desk: new PacketSender(lab) }
}

/** Sends one packet per time slot, back to back, and returns for each whether it arrived. */
function arrivals(bursts: string, count: number, others: readonly number[] = [], seed = 1): boolean[] {
  const { lab, desk } = lineWith(bursts, seed)
  const between = new Set(others)
  for (let slot = 0; slot < count; slot++) {
    // Half a slot of link time is left for a packet of another connection.
    lab.at(slot * SLOT_NS, () => desk.send({ from: 'a', to: 'b', sequence: slot, bytes: 700 }))
    if (between.has(slot))
      lab.at(slot * SLOT_NS + 60_000, () =>
        desk.send({ from: 'a', to: 'b', sequence: slot, bytes: 700, name: 'other' }),
      )
  }
  lab.run()
  const arrived = new Set(desk.arrivals.filter(({ name }) => name !== 'other').map(({ sequence }) => sequence))
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
  const { lab, desk } = lineWith('0.00001% 0.00003% 100%')
  const packets = 4_000
  for (let nth = 0; nth < packets; nth++)
    lab.at(nth * 15 * 60 * 1_000_000_000, () => desk.send({ from: 'a', to: 'b', sequence: nth, bytes: 700 }))
  lab.run()
  expect(1 - desk.arrivals.length / packets).toBeCloseTo(0.25, 1)
})

test('burst loss is the same for a packet whether or not packets were sent before it', () => {
  const lost = (slots: readonly number[]): boolean[] => {
    const { lab, desk } = lineWith('1% 5% 100%')
    for (const slot of slots)
      lab.at(slot * SLOT_NS, () => desk.send({ from: 'a', to: 'b', sequence: slot, bytes: 1_500 }))
    lab.run()
    return slots.map((slot) => !desk.arrivals.some(({ sequence }) => sequence === slot))
  }
  const slots = Array.from({ length: 400 }, (_, slot) => slot)
  const all = lost(slots)
  expect(all).toContain(true)
  expect(lost(slots.filter((slot) => slot % 7 === 3))).toEqual(all.filter((_, slot) => slot % 7 === 3))
})

test('states that mostly alternate are bad as often as the chain is in its long run', () => {
  // In the long run 95 / (95 + 75) of the slots are bad.
  const arrived = arrivals('95% 75% 100%', 5_000)
  expect(arrived.filter((hasArrived) => !hasArrived).length / 5_000 - 95 / 170).toSatisfy(
    (distance: number) => Math.abs(distance) < 0.03,
  )
})
