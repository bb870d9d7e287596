import { expect, test } from 'vitest'
import { NS_PER_S } from '../../src/engine/ticks.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'
import { directionOf, heartbeatsOf } from './heartbeat-lab.ts'

/** TCP payload bytes between node-1 and the API server, from `fromS` until `untilS`. */
function bytesBetween(version: string, fromS: number, untilS: number): { up: number; down: number } {
  const simulation = beginning(scenarioOf(heartbeatsOf(version, 'duration: 300s')))
  const bytes = { up: 0, down: 0 }
  const up = directionOf(simulation, 'link/control-node-1/backward')
  const down = directionOf(simulation, 'link/control-node-1/forward')
  simulation.network.observer = {
    observe(stage, packet) {
      const { direction, tickNs: tick } = packet
      if (stage !== 'sent' || tick < fromS * NS_PER_S) return
      if (direction === up) bytes.up += packet.payloadBytes
      if (direction === down) bytes.down += packet.payloadBytes
    },
  }
  simulation.runUntil(untilS * NS_PER_S, Number.POSITIVE_INFINITY)
  return bytes
}

test('renewing a lease on a warm connection with TLS 1.3 takes the measured 630 bytes up and 629 down', () => {
  expect([20, 30, 40].map((fromS) => bytesBetween('1.32', fromS, fromS + 10))).toEqual([
    { up: 630, down: 629 },
    { up: 630, down: 629 },
    { up: 630, down: 629 },
  ])
})

test('before 1.31 the kubelet also reads its Node each time that it computes its status', () => {
  const bytes = bytesBetween('1.30', 20, 30)
  // A request that is all in HPACK's table, a record with two grants of window, and a node of 11.7 KB.
  expect(bytes.up - 630).toBe(38 + 48)
  expect(bytes.down - 629).toBeGreaterThan(11_716)
})

test('a status heartbeat transfers the whole Node twice: when it is read, and after the patch', () => {
  const { up, down } = bytesBetween('1.6', 20, 30)
  // Each time a record of TLS 1.2 returns the window of the connection and of the stream.
  expect(up).toBe(571 + 2 * 55)
  expect(down).toBeGreaterThan(2 * 10_000)
})
