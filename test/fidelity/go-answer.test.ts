import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { PacketReader } from '../fixtures/packet-view.ts'
import { finish, scenarioOf } from '../fixtures/simulations.ts'

/**
 * Segments of three round trips. After that a burst may be sent a segment earlier or later, as ACKs are microseconds
 * apart.
 */
const COMPARED = 65

/**
 * Reads the data segments of the real server as `first byte+length`, with P where PSH is set (Linux 6.18, Go 1.24, 2
 * MB).
 */
function realSegments(): string[] {
  const rows = readFileSync('bench/fidelity/traces/go/clean-cubic.n.csv', 'utf8').trim().split('\n').slice(1)
  return rows
    .map((row) => row.split(','))
    .filter(([, direction, , , lengthBytes]) => direction === 'b' && Number(lengthBytes) > 0)
    .map(([, , sequence, , lengthBytes, flags]) => `${sequence}+${lengthBytes}${(Number(flags) & 8) === 0 ? '' : ' P'}`)
}

function simulatedSegments(): string[] {
  const scenario = scenarioOf(`version: 1
hosts: { master: { cores: 1 }, node: { cores-of: master } }
links: { wan: { between: [master, node], delay: 10.05ms, rate: 100Mbps, queue: 200 packets } }
paths: { p: { from: master, to: node } }
workloads: { w: { path: p, connection: per-request, requests: 1, response: 2MB } }
`)
  const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
  const reader = new PacketReader(simulation.network)
  const answer = simulation.plan.directions.findIndex(({ name }) => name === 'link/wan/backward')
  const segments: string[] = []
  simulation.network.observer = {
    observe: (stage, packet) => {
      const { direction } = packet
      const { sequence, payloadBytes, isPush } = reader.read(packet.row)
      if (stage === 'sent' && direction === answer && payloadBytes > 0)
        segments.push(`${sequence}+${payloadBytes}${isPush ? ' P' : ''}`)
    },
  }
  simulation.begin()
  finish(simulation, scenario)
  return segments
}

test('a simulated response of Go has the same segments as the real one, with PSH on the same segments', () => {
  const [real, simulated] = [realSegments(), simulatedSegments()]
  expect(simulated).toHaveLength(real.length)
  expect(simulated.slice(0, COMPARED)).toEqual(real.slice(0, COMPARED))
})
