import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { IS_CHARGED, LinkDirectionTable } from '../../src/network/link-direction.ts'
import { DEFAULT_LINK_OPTIONS, type LinkOptions } from '../../src/network/link-options.ts'
import { isLost, isLostInBurst } from '../../src/network/loss.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { packetDraw } from '../../src/network/packet-draw.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

const MS = 1_000_000

function open(line: string, seed = 1) {
  const lab = new NetworkLab({ seed, ...wire(line) })
  const sender = new PacketSender(lab)
  const send = (sequence: number, bytes = 1500, name = 'test') =>
    sender.send({ from: 'a', to: 'b', sequence, bytes, name })
  return { lab, sender, send }
}

test.each(['loss: 30%', 'jitter: uniform 2ms', 'bursts: 10% 30% 100%'])(
  'a link that gets %s later loses and delays the same packets as one that began with it',
  (impairment) => {
    const line = 'delay: 10ms, rate: 100Mbps'
    const from = open(`${line}, ${impairment}`)
    const later = open(line)
    const { directions } = later.lab.network
    for (const [direction, { options }] of from.lab.plan.directions.entries())
      directions.configure(directions.rowOf(direction), options)
    const ticks = [from, later, open(line)].map(({ lab, sender, send }) => {
      for (let i = 0; i < 200; i++) send(1 + 1500 * i)
      lab.run()
      return sender.ticks
    })
    expect(ticks[1]).toEqual(ticks[0])
    expect(ticks[1]).not.toEqual(ticks[2])
  },
)

describe('a packet on a link', () => {
  test('a packet on a link arrives after its serialization time and the delay', () => {
    const { lab, sender, send } = open('delay: 10ms, rate: 100Mbps')
    send(1, 1500)
    lab.run()
    expect(sender.ticks).toEqual([120_000 + 10 * MS])
  })

  test('a packet on a link has its serialization time rounded up to whole ticks, so the link never exceeds its rate', () => {
    const { lab, sender, send } = open('rate: 3bps')
    send(1, 40)
    lab.run()
    // 320 bits at 3 bits a second: 106.666... s.
    expect(sender.ticks).toEqual([106_666_666_667])
  })

  test('a packet on a link waits for the previous packet, without losing fractions of ticks', () => {
    const { lab, sender, send } = open('rate: 7Gbps')
    for (let sequence = 0; sequence < 4; sequence++) send(sequence, 100)
    lab.run()
    // 800 bits at 7 Gbps: 114.28... ns.
    expect(sender.ticks).toEqual([115, 230, 345, 460])
  })

  test('a packet on a link takes one tick when the link has neither delay nor rate', () => {
    const { lab, sender, send } = open('')
    send(1)
    send(2)
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  test('a packet on a link does not wait for packets in the other direction', () => {
    const { lab, sender, send } = open('delay: 1ms, rate: 1Mbps')
    send(1, 1000)
    sender.send({ from: 'b', to: 'a', sequence: 2, bytes: 1000 })
    lab.run()
    expect(sender.ticks).toEqual([9 * MS, 9 * MS])
  })

  test('a packet on a link causes a model error when it exceeds the MTU', () => {
    const { send } = open('mtu: 1400')
    send(1, 1400)
    expect(() => send(2, 1401)).toThrow('no packet exceeds the MTU')
  })

  test('a packet on a link may be as large as the MTU of the loopback', () => {
    const lab = new NetworkLab(wire(''))
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: 'a', bytes: 65_535 })
    lab.run()
    // 65535 bytes at 21.8 Gbps: 24049.5... ns.
    expect(sender.arrivals).toEqual([{ host: 'a', sequence: 0, name: 'test', tick: 24_050 + 2_500 }])
  })
})

describe('the queue of a link', () => {
  test('the queue of a link accepts packets up to and including its limit and drops them at a larger backlog', () => {
    // A packet of 1000 bytes takes 8 ms.
    const { lab, sender, send } = open('rate: 1Mbps, queue: 3000B')
    for (let sequence = 0; sequence < 6; sequence++) send(sequence, 1000)
    lab.run()
    // Backlogs that they meet, in bytes: 0, 1000, 2000, 3000; then 4000 twice.
    expect(sender.arrived).toEqual([0, 1, 2, 3])
    expect(lab.network.directions.droppedAtQueue[lab.rowOf('a>b')]).toBe(2)
    expect(lab.trace.lines().slice(-2)).toEqual([
      '0 a>b . 4:964 ack 0 1000B -> dropped-at-queue',
      '0 a>b . 5:965 ack 0 1000B -> dropped-at-queue',
    ])
  })

  test('the queue of a link measures its backlog by the bytes that the link has not sent yet, to the nanosecond', () => {
    const outcome = (waitNs: number) => {
      const { lab, sender, send } = open('rate: 1Mbps, queue: 1000B')
      for (let sequence = 0; sequence < 2; sequence++) send(sequence, 1000)
      // Backlog now: 16 ms of link time; the limit: 8 ms.
      lab.at(waitNs, () => send(2, 1000))
      lab.run()
      return sender.arrived
    }
    expect(outcome(8 * MS - 1)).toEqual([0, 1])
    expect(outcome(8 * MS)).toEqual([0, 1, 2])
  })

  test('the queue of a link accepts every packet when it has no limit', () => {
    const { lab, sender, send } = open('rate: 1Mbps')
    for (let sequence = 0; sequence < 1000; sequence++) send(sequence, 1500)
    lab.run()
    expect(sender.arrived).toHaveLength(1000)
    expect(sender.ticks.at(-1)).toBe(12_000 * MS)
  })
})

describe('loss on a link', () => {
  const COUNT = 20_000

  test('loss on a link has the configured ratio', () => {
    const { lab, sender, send } = open('loss: 3%')
    for (let sequence = 0; sequence < COUNT; sequence++) send(sequence)
    lab.run()
    // 600 of 20,000 expected; the standard deviation is 24.
    expect(Math.abs(COUNT - sender.arrived.length - 600)).toBeLessThan(96)
    expect(lab.network.directions.lostPackets[lab.rowOf('a>b')]).toBe(COUNT - sender.arrived.length)
  })

  test('loss on a link drops no packet at 0 % and every packet at 100 %', () => {
    for (const [line, arrive] of [
      ['loss: 0%', 100],
      ['loss: 100%', 0],
    ] as const) {
      const { lab, sender, send } = open(line)
      for (let sequence = 0; sequence < 100; sequence++) send(sequence)
      lab.run()
      expect(sender.arrived).toHaveLength(arrive)
    }
  })

  test('loss on a link does not change for a connection when another one sends packets too', () => {
    const arrived = (hasOthers: boolean) => {
      const { lab, sender, send } = open('rate: 1Gbps, loss: 20%')
      for (let sequence = 0; sequence < 500; sequence++) {
        if (hasOthers && sequence % 3 === 0) send(sequence, 1500, 'stranger')
        send(sequence)
      }
      lab.run()
      return sender.arrivals.filter(({ name }) => name === 'test').map(({ sequence }) => sequence)
    }
    expect(arrived(true)).toEqual(arrived(false))
    expect(arrived(false).length).toBeLessThan(500)
  })

  test('loss on a link is drawn independently for each transmission of a segment and for each direction', () => {
    const losses = (from: string, to: string, transmission: number) => {
      const lab = new NetworkLab(wire('loss: 50%'))
      const sender = new PacketSender(lab)
      for (let sequence = 0; sequence < 64; sequence++) sender.send({ from, to, sequence, transmission })
      lab.run()
      return sender.arrived
    }
    expect(losses('a', 'b', 1)).toEqual(losses('a', 'b', 1))
    expect(losses('a', 'b', 1)).not.toEqual(losses('a', 'b', 2))
    expect(losses('a', 'b', 1)).not.toEqual(losses('b', 'a', 1))
  })

  test('loss on a link changes with the seed', () => {
    const losses = (seed: number) => {
      const { lab, sender, send } = open('loss: 50%', seed)
      for (let sequence = 0; sequence < 64; sequence++) send(sequence)
      lab.run()
      return sender.arrived
    }
    expect(losses(1)).not.toEqual(losses(2))
  })

  test('loss on a link takes no link time and is not charged to the account', () => {
    const { lab, sender, send } = open('rate: 1Mbps, loss: 50%')
    for (let sequence = 0; sequence < 32; sequence++) send(sequence, 1000)
    lab.run()
    expect(sender.arrived.length).toBeGreaterThan(0)
    expect(sender.ticks.at(-1)).toBe(sender.arrived.length * 8 * MS)
  })
})

describe('a link that goes down', () => {
  const down = (lab: NetworkLab) => lab.network.setLinkState(lab.direction('a>b'), false)
  const up = (lab: NetworkLab) => lab.network.setLinkState(lab.direction('a>b'), true)

  test('a link that goes down drops the packets that are put on it until it is up again', () => {
    const { lab, sender, send } = open('delay: 1ms')
    lab.at(10 * MS, () => down(lab))
    lab.at(11 * MS, () => send(1))
    lab.at(20 * MS, () => up(lab))
    lab.at(21 * MS, () => send(2))
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([[2, 22 * MS]])
    expect(lab.trace.lines()).toEqual([
      '11 a>b . 1:1461 ack 0 1500B -> dropped-while-down',
      '21 a>b . 2:1462 ack 0 1500B -> 22',
    ])
  })

  test('a link that goes down drops the packets in flight, even if it is up again before they would have arrived', () => {
    const { lab, sender, send } = open('delay: 10ms')
    send(1)
    lab.at(5 * MS, () => down(lab))
    lab.at(6 * MS, () => up(lab))
    lab.at(7 * MS, () => send(2))
    lab.run()
    expect(sender.arrived).toEqual([2])
    expect(lab.network.directions.droppedWhileDown[lab.rowOf('a>b')]).toBe(1)
    expect(lab.network.packets.count).toBe(0)
  })

  test('a link that goes down has an empty queue when it is up again', () => {
    const { lab, sender, send } = open('rate: 1Mbps')
    for (let sequence = 0; sequence < 100; sequence++) send(sequence, 1000)
    lab.at(4 * MS, () => down(lab))
    lab.at(5 * MS, () => up(lab))
    lab.at(6 * MS, () => send(100, 1000))
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([[100, 14 * MS]])
  })

  test('a link that goes down still carries packets in the other direction', () => {
    const { lab, sender } = open('delay: 1ms')
    down(lab)
    sender.send({ from: 'b', to: 'a', sequence: 1 })
    lab.run()
    expect(sender.arrived).toEqual([1])
  })
})

describe('a link whose options change during a run', () => {
  test('a link whose options change applies the current options to a new packet, and keeps the order of packets', () => {
    const { lab, sender, send } = open('delay: 10ms')
    const { options } = lab.plan.directions[lab.direction('a>b')]
    send(1)
    lab.at(1 * MS, () => {
      lab.network.directions.configure(lab.rowOf('a>b'), { ...options, delayNs: 2 * MS })
      send(2)
    })
    lab.at(9 * MS, () => send(3))
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([
      [1, 10 * MS],
      [2, 10 * MS],
      [3, 11 * MS],
    ])
  })
})

describe('the row of a link direction', () => {
  const KEYS = { loss: { hi: 1, lo: 2 }, jitter: { hi: 3, lo: 4 } }

  function rowOf(options: Partial<LinkOptions>, isCharged?: boolean) {
    const arena = new Arena()
    const directions = new LinkDirectionTable(arena)
    const row = directions.add(0, 1, { ...DEFAULT_LINK_OPTIONS, ...options }, KEYS, isCharged)
    const packets = new PacketTable(arena)
    return { directions, row, packets, packet: packets.allocate() }
  }

  test('a link direction charges accounts by default', () => {
    const charged = [undefined, true, false].map((isCharged) => {
      const { directions, row } = rowOf({}, isCharged)
      return (directions.features[row] & IS_CHARGED) > 0
    })
    expect(charged).toEqual([true, true, false])
  })

  test('a link direction has a queue of the link time of its bytes, without limit if the link has no limit or no rate', () => {
    const limitOf = (queueBytes: number | null, rateBps: number | null) =>
      rowOf({ queueBytes, rateBps }).directions.queueLimitNs[0]
    expect(limitOf(1_000, 3e9)).toBe(2_666)
    expect([limitOf(null, 1e9), limitOf(1_000, null)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  })

  test('a link direction has slots of bursts as long as given, or as a packet of the MTU, or a millisecond without a rate', () => {
    const slotOf = (slotNs: number | null, rateBps: number | null) => {
      const lossBursts = { goodToBad: 0.1, badToGood: 0.2, lossInBad: 1, slotNs }
      return rowOf({ lossBursts, rateBps }).directions.burstSlotNs[0]
    }
    expect([slotOf(7, 1e9), slotOf(null, 1e9), slotOf(null, null)]).toEqual([7, 12_000, MS])
  })

  test('a link direction loses the packets whose draw is below its threshold, and no other', () => {
    const { directions, row, packets, packet } = rowOf({ lossRatio: 0.5 })
    packets.streamOffset[packet] = 5
    const draw = packetDraw(1, 2, packets, packet)
    const isLostWith = (threshold: number) => {
      directions.lossThreshold[row] = threshold
      return isLost(directions, row, packets, packet)
    }
    expect([0, draw, draw + 1].map(isLostWith)).toEqual([false, false, true])
  })

  test('a link direction loses, in the bad state only, the packets whose draw is below that state’s threshold', () => {
    const lossBursts = { goodToBad: 1, badToGood: 1, lossInBad: 0.5, slotNs: 10 }
    const { directions, row, packets, packet } = rowOf({ lossBursts })
    packets.streamOffset[packet] = 5
    const draw = packetDraw(1, 2, packets, packet)
    const isLostWith = (threshold: number, tick: number) => {
      directions.lossInBadThreshold[row] = threshold
      return isLostInBurst(directions, row, packets, packet, tick)
    }
    // Such a chain is bad in the slots 0, 2, 4 and so on.
    expect([0, draw, draw + 1].map((threshold) => isLostWith(threshold, 0))).toEqual([false, false, true])
    expect([9, 10, 19, 20].map((tick) => isLostWith(draw + 1, tick))).toEqual([true, false, false, true])
  })
})
