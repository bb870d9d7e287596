import { describe, expect, test } from 'vitest'
import type { TestNetwork } from '../fixtures/blueprints.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender } from '../fixtures/packets.ts'

const MS = 1_000_000

function lan(line: string, hosts = ['a', 'b', 'c'], more: Partial<TestNetwork> = {}): NetworkLab {
  return new NetworkLab({ hosts, links: [], segments: [{ name: 'lan', hosts, line }], ...more })
}

/** Returns the link directions that a packet takes. */
function route(lab: NetworkLab, from: string, to: string): string[] {
  const before = lab.trace.packets.length
  new PacketSender(lab).send({ from, to })
  lab.run()
  return lab.trace.packets.slice(before).map(({ direction }) => direction)
}

describe('a packet on a segment', () => {
  test('a packet on a segment takes exactly the delay between any two hosts', () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['c', 'a'],
    ]) {
      const lab = lan('delay: 10ms')
      const sender = new PacketSender(lab)
      sender.send({ from, to })
      lab.run()
      expect(sender.ticks).toEqual([10 * MS])
    }
  })

  test('a packet on a segment takes two ticks when there is neither delay nor rate, one per port', () => {
    const lab = lan('')
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: 'b' })
    lab.run()
    expect(sender.ticks).toEqual([2])
  })

  test('a packet on a segment is serialized twice, into the segment and out of it', () => {
    const lab = lan('delay: 10ms, rate: 100Mbps')
    const sender = new PacketSender(lab)
    sender.send({ from: 'a', to: 'b', bytes: 1500 })
    lab.run()
    expect(sender.ticks).toEqual([120_000 + 10 * MS + 120_000])
  })

  test("a packet on a segment waits at the receiver's port for packets of other senders, and is dropped when the queue is full", () => {
    // A packet of 1000 bytes takes 8 ms.
    const lab = lan('delay: 1ms, rate: 1Mbps, queue: 1000B', ['a', 'b', 'c', 'd', 'e'])
    const sender = new PacketSender(lab)
    for (const [sequence, from] of ['a', 'b', 'c', 'd'].entries()) sender.send({ from, to: 'e', sequence, bytes: 1000 })
    lab.run()
    expect(sender.arrivals.map(({ sequence, tick }) => [sequence, tick])).toEqual([
      [0, 17 * MS],
      [1, 25 * MS],
    ])
    const { droppedAtQueue } = lab.network.directions
    expect([droppedAtQueue[lab.rowOf('a>lan')], droppedAtQueue[lab.rowOf('lan>e')]]).toEqual([0, 2])
  })

  test("a packet on a segment is subject to loss once, at the sender's port", () => {
    const lab = lan('loss: 20%')
    const sender = new PacketSender(lab)
    for (let sequence = 0; sequence < 10_000; sequence++) sender.send({ from: 'a', to: 'b', sequence })
    lab.run()
    const { lostPackets } = lab.network.directions
    // 2000 of 10,000 expected; the standard deviation is 40.
    expect(Math.abs(lostPackets[lab.rowOf('a>lan')] - 2000)).toBeLessThan(160)
    expect(lostPackets[lab.rowOf('lan>b')]).toBe(0)
    expect(sender.arrivals).toHaveLength(10_000 - lostPackets[lab.rowOf('a>lan')])
  })

  test('a packet on a segment is charged once', () => {
    const lab = lan('')
    const account = lab.accounts.allocate()
    new PacketSender(lab).send({ from: 'a', to: 'b', bytes: 100, account })
    lab.run()
    expect([lab.accounts.wireBytes[account], lab.accounts.packets[account]]).toEqual([100, 1])
  })
})

describe('a segment', () => {
  test('a segment has two directions per host, by name, and adds no host', () => {
    const hosts = Array.from({ length: 500 }, (_, index) => ({
      name: `node-${index + 1}`,
      addresses: [`10.0.${index >> 7}.${(index & 127) + 1}`],
    }))
    const names = hosts.map(({ name }) => name)
    const lab = new NetworkLab({ hosts, links: [], segments: [{ name: 'lan', hosts: names, line: 'delay: 1ms' }] })
    const ports = lab.plan.directions.filter(({ name }) => name.startsWith('segment/'))
    expect(ports).toHaveLength(1000)
    expect(ports.slice(0, 2).map(({ name }) => name)).toEqual(['segment/lan/node-1/in', 'segment/lan/node-1/out'])
    expect(lab.plan.hosts).toHaveLength(500)
    expect(route(lab, 'node-7', 'node-499')).toEqual(['node-7>lan', 'lan>node-499'])
  })

  test('a segment does not change traffic between its hosts when another host joins', () => {
    const arrivalsWith = (hosts: string[]) => {
      const lab = lan('loss: 50%, jitter: normal 1ms, delay: 5ms', hosts)
      const sender = new PacketSender(lab)
      for (let sequence = 0; sequence < 64; sequence++) sender.send({ from: 'b', to: 'c', sequence })
      lab.run()
      return sender.arrivals
    }
    expect(arrivalsWith(['b', 'c'])).toEqual(arrivalsWith(['a', 'b', 'c', 'd']))
  })

  test('a route through a segment counts as one link, and loses to a direct link with a lower name', () => {
    const hosts = ['a', 'b', 'c']
    const chain = ['a-b', 'b-c'].map((name) => {
      const [first, second] = name.split('-')
      return { name, between: [first, second] as const, line: '' }
    })
    expect(route(lan('', hosts, { links: chain }), 'a', 'c')).toEqual(['a>lan', 'lan>c'])
    expect(route(lan('', hosts, { links: chain }), 'a', 'b')).toEqual(['a>b'])
  })

  test('a segment leads to hosts behind its hosts, through the one with the lower name if there are two', () => {
    const lab = new NetworkLab({
      hosts: ['pod-1', 'node-1', 'node-2', 'node-3', 'pod-2'],
      segments: [{ name: 'lan', hosts: ['node-3', 'node-2', 'node-1'], line: '' }],
      links: [
        { name: 'pod-1', between: ['pod-1', 'node-1'], line: '' },
        { name: 'x', between: ['pod-2', 'node-2'], line: '' },
        { name: 'y', between: ['pod-2', 'node-3'], line: '' },
      ],
    })
    expect(route(lab, 'pod-1', 'pod-2')).toEqual(['pod-1>node-1', 'node-1>lan', 'lan>node-2', 'node-2>pod-2'])
    expect(route(lab, 'pod-2', 'pod-1')).toEqual(['pod-2>node-2', 'node-2>lan', 'lan>node-1', 'node-1>pod-1'])
    expect(lab.network.routing.smallestMtuBytes(lab.host('pod-1'), lab.addressOf('pod-2'))).toBe(1500)
  })

  test('a segment can carry a static route', () => {
    const lab = lan('', ['a', 'b', 'c'], {
      links: [{ name: 'a-b', between: ['a', 'b'], line: '' }],
      routes: [{ host: 'a', destination: '10.0.0.2/32', link: 'lan' }],
    })
    expect(route(lab, 'a', 'b')).toEqual(['a>lan', 'lan>b'])
    expect(route(lab, 'b', 'a')).toEqual(['b>a'])
  })

  test('a segment still connects the other hosts when one port is down', () => {
    const lab = lan('delay: 1ms')
    const sender = new PacketSender(lab)
    lab.network.setLinkState(lab.direction('lan>b'), false)
    sender.send({ from: 'a', to: 'b', sequence: 1 })
    sender.send({ from: 'a', to: 'c', sequence: 2 })
    lab.run()
    expect(sender.arrived).toEqual([2])
    expect(lab.network.packets.count).toBe(0)
  })
})
