import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TWO_POW_32 } from '../../src/engine/hash.ts'
import { NONE } from '../../src/engine/table.ts'
import { PART_COUNT } from '../../src/network/activity.ts'
import { HostNoise } from '../../src/network/host-noise.ts'
import { HAS_JITTER, IS_CHARGED } from '../../src/network/link-direction.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const MS = 1_000_000

/** Two hosts and a link, and packets from a to b of one connection. */
function labOf(line: string) {
  const lab = new NetworkLab(wire(line))
  const sender = new PacketSender(lab)
  const { network, accounts, activities } = lab
  const { packets, directions } = network
  network.observer = null
  const direction = lab.direction('a>b')
  const account = accounts.allocate()
  const activity = activities.begin()
  let sent = 0
  const make = (bytes: number) => {
    const packet = packets.allocate()
    packets.source[packet] = lab.addressOf('a')
    packets.destination[packet] = lab.addressOf('b')
    packets.headerBytes[packet] = 40
    packets.payloadBytes[packet] = bytes - 40
    packets.sequenceNumber[packet] = packets.streamOffset[packet] = sent++
    packets.content[packet] = NONE
    packets.account[packet] = account
    packets.activity[packet] = activity
    return packet
  }
  const made = (count: number, bytes: number) => Int32Array.from({ length: count }, () => make(bytes))
  return {
    lab,
    sender,
    network,
    directions,
    direction,
    row: directions.rowOf(direction),
    activity,
    /** Puts packets on the link by the short path. Returns how many of them it took. */
    put: (count: number, bytes = 1000) => network['bursts'].put(direction, made(count, bytes), count),
    burst: (count: number, bytes: number) => network.sendBurst(direction, made(count, bytes), count),
    oneByOne: (count: number, bytes: number) => {
      for (const packet of made(count, bytes)) network.sendBy(direction, packets.rowAt(packet))
    },
    /** All that is known afterwards. */
    outcome: () => {
      const totals = new Float64Array(PART_COUNT)
      activities.read(activity, totals, 0)
      const columns = [
        'deliveredPackets',
        'deliveredBytes',
        'lostPackets',
        'droppedAtQueue',
        'droppedWhileDown',
      ] as const
      const ticks = ['busyUntilTick', 'lastArrivalTick', 'nextSerial', 'digestHigh', 'digestLow'] as const
      return {
        arrivals: sender.arrivals,
        discards: sender.discards.length,
        counts: [...columns, ...ticks].map((column) => directions[column][directions.rowOf(direction)]),
        charged: [accounts.packets[account], accounts.wireBytes[account]],
        totals: [...totals],
        left: packets.count,
      }
    },
  }
}

describe('a burst of packets', () => {
  test('a burst of packets leaves back to back, and is counted like single packets', () => {
    const { lab, put, outcome, activity } = labOf('delay: 10ms, rate: 8Mbps')
    lab.timeline.now = 5 * MS
    expect(put(3)).toBe(3)
    const totals = new Float64Array(PART_COUNT)
    lab.timeline.now = 7.5 * MS
    lab.activities.read(activity, totals, 0)
    // The third packet waits for 2 ms, and then leaves within one.
    expect([...totals].filter((ns) => ns > 0)).toEqual([2 * MS, 0.5 * MS, 5 * MS])
    lab.run()
    const { arrivals, counts, charged, left } = outcome()
    expect(arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([
      [0, 16 * MS],
      [1, 17 * MS],
      [2, 18 * MS],
    ])
    expect(counts.slice(0, 8)).toEqual([3, 3000, 0, 0, 0, 8 * MS, 18 * MS, 3])
    expect([charged, left]).toEqual([[3, 3000], 0])
  })

  test('a burst of packets waits for earlier packets on the link, and can find its queue full', () => {
    const { lab, put, burst, outcome } = labOf('delay: 10ms, rate: 8Mbps, queue: 2000B')
    // Of 1 ms each: one leaves, and two wait.
    expect(put(3)).toBe(3)
    burst(2, 1000)
    lab.timeline.now = 1 * MS
    burst(3, 1000)
    lab.run()
    const { arrivals, discards, counts } = outcome()
    expect(arrivals.map(({ sequence, tick }) => [sequence, tick / MS])).toEqual([
      [0, 11],
      [1, 12],
      [2, 13],
      [5, 14],
    ])
    expect([discards, counts[3], counts[7]]).toEqual([4, 4, 8])
  })

  test('a burst of packets of which none is accepted does not change the link', () => {
    const { put, directions, row } = labOf('delay: 10ms, rate: 8Mbps, queue: 2000B')
    put(3)
    const before = [directions.busyUntilTick[row], directions.lastArrivalTick[row]]
    expect(put(4)).toBe(0)
    expect([directions.busyUntilTick[row], directions.lastArrivalTick[row]]).toEqual(before)
    expect(directions.nextSerial[row]).toBe(3)
  })

  test('a burst of packets arrives a tick later at the earliest, on a link without delay', () => {
    const { lab, put, outcome } = labOf('delay: 0ms')
    expect(put(2)).toBe(2)
    lab.run()
    expect(outcome().arrivals.map(({ tick }) => tick)).toEqual([1, 1])
  })

  test('a burst of packets does not overtake on a link that has become faster', () => {
    const { lab, burst, put, outcome, directions, row } = labOf('delay: 10ms, rate: 8Mbps')
    burst(2, 1000)
    directions.delayNs[row] = 5 * MS
    lab.timeline.now = 3 * MS
    expect(put(5)).toBe(5)
    lab.run()
    // The second arrives at 12 ms; the later ones would arrive from 9 ms on.
    expect(outcome().arrivals.map(({ tick }) => tick / MS)).toEqual([11, 12, 12, 12, 12, 12, 13])
  })

  test('a burst of packets is charged to no account on a link that charges nobody', () => {
    const { put, outcome, directions, row } = labOf('delay: 10ms')
    directions.setFeature(row, IS_CHARGED, false)
    expect([put(2), outcome().charged]).toEqual([2, [0, 0]])
    directions.setFeature(row, IS_CHARGED, true)
    expect([put(3), outcome().charged]).toEqual([3, [3, 3000]])
  })

  test.each([
    ['is lost at random', 'loss: 50%'],
    ['is lost in bursts', 'bursts: 1% 20% 100%'],
    ['has jitter', 'jitter: uniform 1ms'],
    ['takes only smaller packets', 'mtu: 999'],
  ])('a burst of packets is sent one by one on a link that %s', (_, options) => {
    const { put, directions, row } = labOf(`delay: 10ms, rate: 8Mbps, ${options}`)
    expect([put(2), directions.nextSerial[row]]).toEqual([0, 0])
  })

  test('a burst of packets is sent one by one on a link that is down, or whose numbers restart', () => {
    const [down, last, fits] = [0, 1, 2].map(() => labOf('delay: 10ms, rate: 8Mbps, mtu: 1000'))
    down.network.setLinkState(down.direction, false)
    last.directions.nextSerial[last.row] = TWO_POW_32 - 1
    fits.directions.nextSerial[fits.row] = TWO_POW_32 - 2
    expect([down, last, fits].map(({ put }) => put(2))).toEqual([0, 0, 2])
  })

  test('a burst of packets is sent one by one if its activity waits for another', () => {
    const { lab, put, activity } = labOf('delay: 10ms')
    const other = lab.activities.begin()
    lab.activities.addWaiter(other, activity)
    expect(put(2)).toBe(0)
    lab.activities.removeWaiter(other, activity)
    expect(put(2)).toBe(2)
  })

  test('a burst of packets is sent one by one if it would overtake a later arrival', () => {
    const { lab, put, burst, directions, row } = labOf('delay: 10ms, jitter: normal 1ms reorder')
    directions.setFeature(row, HAS_JITTER, false)
    burst(1, 1000)
    // Those that follow would arrive before it.
    directions.delayNs[row] = 5 * MS
    lab.timeline.now = 1 * MS
    expect(put(2)).toBe(0)
    directions.delayNs[row] = 9 * MS
    // At the same tick, the number decides.
    expect(put(2)).toBe(2)
  })
})

const options = fc.record({
  delayMs: fc.nat(3),
  rate: fc.constantFrom('', ', rate: 8Mbps', ', rate: 100Mbps'),
  queue: fc.constantFrom('', ', queue: 2000B', ', queue: 20 packets'),
  more: fc.constantFrom(
    '',
    '',
    '',
    ', loss: 20%',
    ', bursts: 20% 50% 100%',
    ', jitter: normal 1ms',
    ', jitter: normal 1ms reorder',
  ),
})

/** What hosts add: the time for which they send a packet and for which they are cold, and interruptions per second. */
const hosts = fc.record({
  packetNs: fc.constantFrom(0, 0, 1_400, 50_000),
  coldNs: fc.constantFrom(0, 0, 6_000),
  interruptionsPerS: fc.constantFrom(0, 20, 59),
})

const steps = fc.array(
  fc.record({
    afterUs: fc.constantFrom(0, 1, 100, 1000, 5000),
    count: fc.integer({ min: 1, max: 6 }),
    bytes: fc.constantFrom(100, 900, 1400),
    falls: fc.integer({ min: 0, max: 8 }).map((n) => n === 0),
  }),
  { maxLength: 8 },
)

function noiseOf(interruptionsPerS: number): HostNoise {
  const lengths = [
    { ns: 0.1 * MS, longer: 1 },
    { ns: 16 * MS, longer: 0 },
  ]
  return new HostNoise({ interruptionsPerS, lengths }, { hi: 5, lo: 6 })
}

test('bursts on any link have the same consequences as their packets sent one by one', () => {
  fc.assert(
    fc.property(options, hosts, steps, ({ delayMs, rate, queue, more }, host, sends) => {
      const line = `delay: ${delayMs}ms${rate}${queue}${more}`
      const [inBursts, apart] = [true, false].map((isBurst) => {
        const { lab, network, directions, direction, row, burst, oneByOne, outcome } = labOf(line)
        directions.setSendingTimes(row, host.packetNs, host.coldNs)
        if (host.interruptionsPerS > 0) directions.setNoise(row, noiseOf(host.interruptionsPerS))
        let tick = 0
        for (const { afterUs, count, bytes, falls } of sends) {
          tick += afterUs * 1000
          lab.at(tick, () => {
            if (falls) network.setLinkState(direction, false)
            if (isBurst) burst(count, bytes)
            else oneByOne(count, bytes)
            if (falls) network.setLinkState(direction, true)
          })
        }
        lab.run()
        return outcome()
      })
      expect(inBursts).toEqual(apart)
      expect(inBursts.left).toBe(0)
    }),
    { numRuns: 100 },
  )
})
