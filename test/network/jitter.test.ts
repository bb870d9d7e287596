import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { jitterNs } from '../../src/network/jitter.ts'
import type { Jitter } from '../../src/network/jitter-distributions.ts'
import { LinkDirectionTable, MAY_REORDER } from '../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS } from '../../src/network/link-options.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const MS = 1_000_000

function open(line: string) {
  const lab = new NetworkLab(wire(line))
  const sender = new PacketSender(lab)
  const send = (sequence: number) => sender.send({ from: 'a', to: 'b', sequence })
  return { lab, sender, send }
}

describe('jitter', () => {
  const COUNT = 5_000
  /** Returns the delays of packets that are sent a second apart, so that none delays another. */
  function delays(line: string): number[] {
    const { lab, sender, send } = open(line)
    for (let sequence = 0; sequence < COUNT; sequence++) lab.at(sequence * 1_000 * MS, () => send(sequence))
    lab.run()
    expect(sender.arrived).toHaveLength(COUNT)
    return sender.arrivals.map(({ sequence, tick }) => tick - sequence * 1_000 * MS)
  }

  test('jitter is uniform over plus or minus the amplitude when its kind is uniform', () => {
    const all = delays('delay: 10ms, jitter: uniform 2ms')
    expect(Math.min(...all)).toBeGreaterThanOrEqual(8 * MS)
    expect(Math.max(...all)).toBeLessThanOrEqual(12 * MS)
    expect(mean(all) / MS).toBeCloseTo(10, 1)
    // Of a uniform distribution: amplitude / sqrt(3).
    expect(deviation(all) / MS).toBeCloseTo(2 / Math.sqrt(3), 1)
    for (const quarter of [8, 9, 10, 11]) {
      const share = all.filter((delay) => delay >= quarter * MS && delay < (quarter + 1) * MS).length / COUNT
      expect(share).toBeCloseTo(0.25, 1)
    }
  })

  test('jitter has the configured standard deviation when its kind is normal', () => {
    const all = delays('delay: 10ms, jitter: normal 1ms')
    expect(mean(all) / MS).toBeCloseTo(10, 1)
    expect(deviation(all) / MS).toBeCloseTo(1, 1)
    expect(all.filter((delay) => Math.abs(delay - 10 * MS) < 1 * MS).length / COUNT).toBeCloseTo(0.683, 1)
  })

  test('jitter has the configured median and p99 when its kind is log-normal', () => {
    const all = delays('delay: 10ms, jitter: log-normal 1ms 8ms')
    const share = (ms: number) => all.filter((delay) => delay < (10 + ms) * MS).length / COUNT
    expect(Math.min(...all)).toBeGreaterThan(10 * MS)
    expect(share(1)).toBeCloseTo(0.5, 1)
    // One deviation of the logarithm above the median: log(8) / 2.326 = 0.894.
    expect(share(2.445)).toBeCloseTo(0.841, 1)
    expect(Math.abs(share(8) - 0.99)).toBeLessThan(0.004)
  })

  test('jitter never exceeds one hour when its kind is log-normal', () => {
    const all = delays('delay: 10ms, jitter: log-normal 1ns 3600s reorder')
    expect(Math.max(...all)).toBe(3_600_010 * MS)
    expect(all.filter((delay) => delay === 3_600_010 * MS).length / COUNT).toBeCloseTo(0.01, 2)
  })

  test('jitter never makes a packet arrive before it was sent', () => {
    const all = delays('delay: 1ms, jitter: normal 5ms')
    expect(Math.min(...all)).toBe(1)
  })

  test('jitter delays later packets too unless the link may reorder', () => {
    const { lab, sender, send } = open('delay: 10ms, rate: 1Gbps, jitter: normal 3ms')
    for (let sequence = 0; sequence < 200; sequence++) send(sequence)
    lab.run()
    expect(sender.arrived).toEqual(Array.from({ length: 200 }, (_, sequence) => sequence))
  })

  test('jitter lets packets overtake when the link may reorder, without losing or duplicating any', () => {
    const { lab, sender, send } = open('delay: 10ms, rate: 1Gbps, jitter: normal 3ms reorder')
    for (let sequence = 0; sequence < 200; sequence++) send(sequence)
    lab.run()
    const inOrder = Array.from({ length: 200 }, (_, sequence) => sequence)
    expect(sender.arrived).not.toEqual(inOrder)
    expect([...sender.arrived].sort((first, second) => first - second)).toEqual(inOrder)
    expect(sender.ticks).toEqual([...sender.ticks].sort((first, second) => first - second))
    expect(lab.network.packets.count).toBe(0)
  })

  test('jitter does not change which packets are lost', () => {
    const arrived = (line: string) => {
      const { lab, sender, send } = open(line)
      for (let sequence = 0; sequence < 200; sequence++) send(sequence)
      lab.run()
      return sender.arrived
    }
    expect(arrived('loss: 30%, jitter: uniform 2ms')).toEqual(arrived('loss: 30%'))
  })
})

describe('the jitter of packets', () => {
  const COUNT = 3_000
  /** Returns what the jitter adds to the delay of each of many packets, in milliseconds. */
  function added(jitter: Jitter): number[] {
    const arena = new Arena()
    const directions = new LinkDirectionTable(arena)
    const packets = new PacketTable(arena)
    const packet = packets.allocate()
    const keys = { loss: { hi: 1, lo: 2 }, jitter: { hi: 3, lo: 4 } }
    const row = directions.add(0, 1, { ...DEFAULT_LINK_OPTIONS, jitter }, keys)
    return Array.from({ length: COUNT }, (_, offset) => {
      packets.streamOffset[packet] = offset
      return jitterNs(directions, row, packets, packet) / MS
    })
  }
  const shareBelow = (values: readonly number[], limit: number) => values.filter((ms) => ms < limit).length / COUNT

  test('uniform jitter of packets is evenly spread within the amplitude', () => {
    const all = added({ kind: 'uniform', amplitudeNs: 2 * MS, canReorder: true })
    expect([Math.min(...all) >= -2, Math.max(...all) <= 2]).toEqual([true, true])
    for (const [limit, share] of [
      [-1.5, 0.125],
      [-1, 0.25],
      [0, 0.5],
      [1, 0.75],
      [1.5, 0.875],
    ])
      expect(Math.abs(shareBelow(all, limit) - share)).toBeLessThan(0.04)
  })

  test('normal jitter of packets has the quantiles of the normal distribution, on both sides of 0', () => {
    const all = added({ kind: 'normal', deviationNs: MS, canReorder: true })
    for (const [limit, share] of [
      [-2, 0.023],
      [-1, 0.159],
      [0, 0.5],
      [1, 0.841],
      [2, 0.977],
    ])
      expect(Math.abs(shareBelow(all, limit) - share)).toBeLessThan(0.04)
  })

  test('log-normal jitter of packets has its median and p99, above 0, and is an hour at most', () => {
    const all = added({ kind: 'log-normal', medianNs: MS, p99Ns: 8 * MS, canReorder: true })
    expect(Math.min(...all)).toBeGreaterThan(0)
    for (const [limit, share] of [
      [1 / 2.445, 0.159],
      [1, 0.5],
      [2.445, 0.841],
      [8, 0.99],
    ])
      expect(Math.abs(shareBelow(all, limit) - share)).toBeLessThan(0.04)
    const long = added({ kind: 'log-normal', medianNs: 3_599_000 * MS, p99Ns: 36_000_000 * MS, canReorder: true })
    expect(Math.max(...long)).toBe(3_600_000)
    expect(shareBelow(long, 3_600_000)).toBeGreaterThan(0.4)
  })
})

test('a link direction keeps the figures of its jitter, and none without jitter', () => {
  const directions = new LinkDirectionTable(new Arena())
  const keys = { loss: { hi: 1, lo: 2 }, jitter: { hi: 3, lo: 4 } }
  const figuresOf = (jitter: Jitter) => {
    const row = directions.add(0, 1, { ...DEFAULT_LINK_OPTIONS, jitter }, keys)
    return [directions.jitterNs[row], directions.jitterSpread[row] > 0, (directions.features[row] & MAY_REORDER) > 0]
  }
  expect(figuresOf({ kind: 'none' })).toEqual([0, false, false])
  expect(figuresOf({ kind: 'uniform', amplitudeNs: 5, canReorder: true })).toEqual([5, false, true])
  expect(figuresOf({ kind: 'normal', deviationNs: 6, canReorder: false })).toEqual([6, false, false])
  expect(figuresOf({ kind: 'log-normal', medianNs: 7, p99Ns: 70, canReorder: true })).toEqual([7, true, true])
})

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(values: readonly number[]): number {
  const average = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - average) * (value - average))))
}
