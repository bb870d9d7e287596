import { describe, expect, test } from 'vitest'
import { ACK } from '../../src/transport/connections/flags.ts'
import { beginning, finish, resultOf, scenarioOf, workloadOf } from '../fixtures/simulations.ts'

const S = 1_000_000_000

/** A scenario with a watch that reports nothing for six minutes. */
const QUIET = `version: 1
kubernetes: "1.16"
duration: 600s
cluster: { nodes: 1 }
paths: { watching: { kind: kubelet-apiserver, from: node-1, to: master } }
workloads: { watch: { path: watching, kind: watch, resource: configmaps, rate: 0.0025/s, arrivals: fixed, for: 500s } }
`

describe('an idle connection of a client in a cluster', () => {
  test('carries a keepalive probe every thirty seconds', () => {
    const scenario = scenarioOf(QUIET)
    const simulation = beginning(scenario)
    const port = simulation.plan.paths.find(({ name }) => name === 'watching')?.port
    const ticks: number[] = []
    simulation.network.observer = {
      observe(stage, packet) {
        const { tickNs: tick } = packet
        const isBare = packet.payloadBytes === 0 && packet.flags === ACK
        if (stage === 'sent' && isBare && packet.destinationPort === port && tick > 5 * S) ticks.push(tick)
      },
    }
    finish(simulation, scenario)
    const seconds = ticks.map((tick) => Math.round(tick / S)).filter((second) => second < 400)
    // The kernel's timers of this length have a granularity of 2.048 s.
    expect(seconds).toEqual([30, 61, 92, 122, 153, 184, 215, 245, 276, 307, 337, 368, 399])
  })

  test('fails within five minutes if its link silently drops all packets', () => {
    const text = `${QUIET}events: [{ at: 10s, link: control-node-1, state: down, for: 300s }]\n`
    expect(workloadOf(resultOf(text), 'watch').failures).toEqual([{ reason: 'timed out', count: 1 }])
  })
})
