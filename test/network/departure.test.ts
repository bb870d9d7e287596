import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { departureTick } from '../../src/network/departure.ts'
import { LinkDirectionTable } from '../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS } from '../../src/network/link-options.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'
import { watch } from '../fixtures/watch.ts'

const COLD_NS = 10_000

/** Returns how long each packet with data of a response took to arrive, without its time on the link. */
function delaysNs(figures: Partial<typeof CPU_FIGURES.instant>, direction: string): number[] {
  const scenario = scenarioOf(`version: 1
hosts: { a: { cpu: instant }, b: { cpu: instant } }
links: { wan: { between: [a, b], delay: 20ms, rate: 1Gbps } }
paths: { p: { from: a, to: b } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: 40KB } }
`)
  const instant = { ...CPU_FIGURES.instant, ...figures }
  const simulation = beginning(scenario, { ...CPU_FIGURES, instant })
  const trace = watch(simulation)
  finish(simulation, scenario)
  let freeTick = 0
  return trace.packets
    .filter((packet) => packet.direction === direction && typeof packet.outcome === 'number')
    .map(({ sentTick, outcome, wireBytes }) => {
      const leavesTick = Math.max(freeTick, sentTick) + wireBytes * 8
      freeTick = Number(outcome) - 20_000_000
      return freeTick - leavesTick
    })
}

test('the first packet after a pause leaves later, and those that follow do not', () => {
  const cold = delaysNs({ coldPacketNs: COLD_NS }, 'b>a')
  // The SYN-ACK, the ACK of the request, and the first packet of each of two rounds after the one that it begins.
  expect(cold.filter((ns) => ns === COLD_NS).length).toBe(3)
  expect(cold.filter((ns) => ns === 0).length).toBe(cold.length - 3)
})

test('no packet leaves later on a host without this cost', () => {
  expect(new Set(delaysNs({}, 'b>a'))).toEqual(new Set([0]))
})

test('the first packet of a client after a pause leaves later too', () => {
  expect(Math.max(...delaysNs({ coldPacketNs: COLD_NS }, 'a>b'))).toBe(COLD_NS)
})

test('a host is cold after 2 ms without a packet, and packets sent before the first has left follow it', () => {
  const directions = new LinkDirectionTable(new Arena())
  const key = { hi: 1, lo: 2 }
  const row = directions.add(0, 1, DEFAULT_LINK_OPTIONS, { loss: key, jitter: key })
  directions.coldPacketNs[row] = COLD_NS
  const readyAt = (tick: number) => departureTick(directions, row, tick) - tick
  expect([0, 4_000, 9_999, 10_000, 20_000].map(readyAt)).toEqual([COLD_NS, 6_000, 1, 0, 0])
  expect([2_019_999, 4_019_998, 6_019_998, 6_019_998].map(readyAt)).toEqual([0, 0, COLD_NS, COLD_NS])
})

test('the packets of a burst leave one after the other, and a packet after a pause at once', () => {
  const NS = 1_400
  const directions = new LinkDirectionTable(new Arena())
  const key = { hi: 1, lo: 2 }
  const row = directions.add(0, 1, DEFAULT_LINK_OPTIONS, { loss: key, jitter: key })
  directions.setSendingTimes(row, NS, 0)
  const readyAt = (tick: number) => departureTick(directions, row, tick) - tick
  expect([0, 0, 0, 1_000, 5_600].map(readyAt)).toEqual([0, NS, 2 * NS, 3 * NS - 1_000, 0])
})

test('a host sends no faster than its packets take, so a short queue has room for the end of a large burst', () => {
  const line = 'delay: 20ms, rate: 1Gbps, queue: 4 packets'
  const drops = (packetNs: number) => {
    const scenario = scenarioOf(`version: 1
hosts: { a: { cpu: instant }, b: { cpu: instant, tcp: { initial-window: 40 } } }
links: { wan: { between: [a, b], ${line} } }
paths: { p: { from: a, to: b } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: 40KB } }
`)
    const simulation = beginning(scenario, { ...CPU_FIGURES, instant: { ...CPU_FIGURES.instant, packetNs } })
    const trace = watch(simulation)
    finish(simulation, scenario)
    return trace.packets.filter(({ outcome }) => outcome === 'dropped-at-queue').length
  }
  // A packet takes 12 us on the link, so that after three of 6 us each the queue still has room for every second one.
  expect(drops(12_000)).toBe(0)
  expect(drops(6_000)).toBeGreaterThan(0)
  expect(drops(0)).toBeGreaterThan(drops(6_000))
})
