import { expect, test } from 'vitest'
import { queuedBytes, queuedPackets } from '../../src/network/queue-length.ts'
import { NetworkLab } from '../fixtures/network-lab.ts'
import { PacketSender, wire } from '../fixtures/packets.ts'

/** The time that a packet of 1500 bytes takes at 100 Mbit/s. */
const PACKET_NS = 120_000

/**
 * Returns the bytes and packets that wait or are being sent at each tick, after packets of these sizes were sent at
 * tick 0.
 */
function queues(sizes: readonly number[], ticks: readonly number[], line = 'delay: 10ms, rate: 100Mbps') {
  const lab = new NetworkLab({ seed: 1, ...wire(line) })
  const sender = new PacketSender(lab)
  for (const [sequence, bytes] of sizes.entries()) sender.send({ from: 'a', to: 'b', sequence, bytes })
  const { directions, packets, inFlight } = lab.network
  const direction = lab.direction('a>b')
  const found: (readonly [bytes: number, packets: number])[] = []
  for (const tick of ticks)
    lab.at(tick, () => {
      found.push([
        queuedBytes(directions, direction, tick),
        queuedPackets(directions, packets, inFlight, direction, tick),
      ])
    })
  lab.run()
  return found
}

test('the queue of a link direction shrinks with time, also while a packet is being sent', () => {
  const ticks = [1, PACKET_NS, PACKET_NS + 1, 2 * PACKET_NS - 1, 2 * PACKET_NS, 3 * PACKET_NS, 4 * PACKET_NS]
  expect(queues([1500, 1500, 1500], ticks)).toEqual([
    [4500, 3],
    [3000, 2],
    [3000, 2],
    [1500, 2],
    [1500, 1],
    [0, 0],
    [0, 0],
  ])
})

test('the queue counts packets of different sizes by the time that each takes', () => {
  expect(queues([1500, 40, 1500], [1, PACKET_NS, PACKET_NS + 3200, 2 * PACKET_NS + 3200])).toEqual([
    [3040, 3],
    [1540, 2],
    [1500, 1],
    [0, 0],
  ])
})

test('a link direction without packets, or without a rate, has no queue', () => {
  expect(queues([], [1])).toEqual([[0, 0]])
  expect(queues([1500, 1500], [1, 2], 'delay: 10ms')).toEqual([
    [0, 0],
    [0, 0],
  ])
})

test('the queue has no packet that its link lost by going down, also at the same tick', () => {
  const lab = new NetworkLab({ seed: 1, ...wire('delay: 10ms, rate: 100Mbps') })
  const sender = new PacketSender(lab)
  const { network } = lab
  const { directions, packets, inFlight } = network
  const direction = lab.direction('a>b')
  const send = (sequence: number) => sender.send({ from: 'a', to: 'b', sequence })
  const lengths: number[] = []
  const look = () => lengths.push(queuedPackets(directions, packets, inFlight, direction, lab.timeline.now))
  lab.at(1_000, () => send(0))
  lab.at(2_000, () => {
    network.setLinkState(direction, false)
    network.setLinkState(direction, true)
    send(1)
  })
  lab.at(3_000, look)
  lab.at(4_000, () => send(2))
  lab.at(5_000, look)
  lab.run()
  expect([lengths, sender.arrived]).toEqual([[0, 1], [2]])
})
