import { describe, expect, test } from 'vitest'
import { SSH_PORT } from '../../src/cluster/paths/path.ts'
import { NONE } from '../../src/engine/table.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { ACK } from '../../src/transport/connections/flags.ts'
import type { KeepaliveSettings } from '../../src/transport/lifecycle/keepalive.ts'
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

/** Returns the seconds at which either end of the path `watching` sends a bare ACK, from 5 s on. */
function acksOf(text: string): { readonly toServer: number[]; readonly toClient: number[] } {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  const port = simulation.plan.paths.find(({ name }) => name === 'watching')?.port
  const toServer: number[] = []
  const toClient: number[] = []
  simulation.network.observer = {
    observe(stage, { tickNs, payloadBytes, flags, destinationPort, sourcePort }) {
      if (stage !== 'sent' || payloadBytes > 0 || flags !== ACK || tickNs < 5 * S || tickNs >= 400 * S) return
      if (destinationPort === port) toServer.push(Math.round(tickNs / S))
      if (sourcePort === port) toClient.push(Math.round(tickNs / S))
    },
  }
  finish(simulation, scenario)
  return { toServer, toClient }
}

describe('an idle connection of a client in a cluster', () => {
  // The kernel's timers of this length have a granularity of 2.048 s.
  const probesOfClient = [30, 61, 92, 122, 153, 184, 215, 245, 276, 307, 337, 368, 399]
  const probesOfApiserver = [181, 361]

  test('an idle connection of a client in a cluster carries a probe of the client every 30 s and one of the apiserver every 3 min', () => {
    const { toServer, toClient } = acksOf(QUIET)
    // Each probe has a reply: the probes of one end do not count as a sign of life for its own.
    const all = [...probesOfClient, ...probesOfApiserver].sort((a, b) => a - b)
    expect(toServer).toEqual(all)
    expect(toClient).toEqual(all)
  })

  test('an idle connection of a client in a cluster fails within five minutes if its link silently drops all packets', () => {
    const text = `${QUIET}events: [{ at: 10s, link: control-node-1, state: down, for: 300s }]\n`
    expect(workloadOf(resultOf(text), 'watch').failures).toEqual([{ reason: 'timed out', count: 1 }])
  })
})

/** A silent session of exec over the link of a node, which goes down after 10 s. */
const execOf = (version: string, duration: string) => `version: 1
kubernetes: "${version}"
duration: 40m
cluster: { nodes: 1, pods: { web: { listens: 8080 } }, users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } } }
paths: { users: { kind: user-apiserver }, exec: { kind: apiserver-kubelet } }
workloads: { session: { path: users, kind: exec, target: pods/web, rate: 0.001/s, arrivals: fixed, for: 30m } }
events: [{ at: 10s, link: control-node-1, state: down${duration} }]
`

describe('a silent session of exec whose node is cut off', () => {
  const afterCut = (version: string, cut: string) => {
    const { simulatedNs, workloads } = resultOf(execOf(version, `, for: ${cut}`))
    return { endS: Math.round(simulatedNs / S), failed: workloads[0].failed }
  }

  test('a silent exec session of a cut-off node goes on after 165 s at 1.16, and ends at the next probe at 1.17, since the kubelet gave up', () => {
    expect(afterCut('1.16', '165s').failed).toBe(0)
    expect(afterCut('1.17', '165s')).toEqual({ endS: 185, failed: 1 })
    expect(afterCut('1.17', '120s').failed).toBe(0)
  })

  test('a silent exec session of a cut-off node ends when the apiserver gives up: after 5 min of silence, after 15 min if a ping waits for its ACK', () => {
    const endS = (version: string) => Math.round(resultOf(execOf(version, '')).simulatedNs / S)
    // The timers of the kernel add up to 2 s to each wait.
    expect(['1.16', '1.31', '1.32'].map(endS)).toEqual([308, 949, 949])
  })
})

describe('the keepalive of sockets', () => {
  const USER = 'users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }'
  const planOf = (version: string, cluster = `{ nodes: 1, ${USER} }`): Plan => {
    const { blueprint } = scenarioOf(`version: 1
kubernetes: "${version}"
duration: 10s
cluster: ${cluster}
paths: { users: { kind: user-apiserver }, logs: { kind: apiserver-kubelet } }
`)
    return makePlan(expandBlueprint(blueprint))
  }
  const text = (keepalive: KeepaliveSettings | null | undefined) =>
    keepalive === null || keepalive === undefined
      ? 'none'
      : `${keepalive.idleNs / S} ${keepalive.intervalNs / S} ${keepalive.count}`
  const listening = (plan: Plan, port: number) =>
    text(plan.listeners.find((each) => each.port === port)?.silence.keepalive)
  const clientOf = (plan: Plan, name: string) => {
    const keepalive = plan.paths.find((path) => path.name.startsWith(name))?.keepalive
    return [text(keepalive?.http1), text(keepalive?.http2)]
  }

  test('the TCP keepalive of kubelet ports is 3 min until 1.16 and 15 s from 1.17', () => {
    for (const [version, expected] of [
      ['1.6', '180 180 9'],
      ['1.16', '180 180 9'],
      ['1.17', '15 15 9'],
      ['1.37', '15 15 9'],
    ]) {
      expect(listening(planOf(version), 10250)).toBe(expected)
    }
  })

  test('the TCP keepalive of kubelet ports follows the version of each node', () => {
    const skewed = planOf('1.18', `{ nodes: { old: { count: 1, kubernetes: "1.16" }, new: { count: 1 } }, ${USER} }`)
    const ports = skewed.listeners.filter(({ port }) => port === 10250).map(({ silence }) => text(silence.keepalive))
    expect(ports.sort()).toEqual(['15 15 9', '180 180 9'])
  })

  test('the TCP keepalive of the apiserver is 3 min, with probes every 15 s from 1.32', () => {
    const portOf = (plan: Plan) => plan.paths.find(({ name }) => name.startsWith('users'))!.port
    const at = (version: string) => listening(planOf(version), portOf(planOf(version)))
    expect(['1.6', '1.31', '1.32'].map(at)).toEqual(['180 180 9', '180 180 9', '180 15 9'])
    expect(listening(planOf('1.6'), 8080)).toBe('180 180 9')
  })

  test('the TCP keepalive of clients is 30 s, with probes every 15 s from 1.32', () => {
    expect(['1.6', '1.31', '1.32'].map((version) => clientOf(planOf(version), 'logs')[0])).toEqual([
      '30 30 9',
      '30 30 9',
      '30 15 9',
    ])
  })

  test('connections that kubectl upgrades have no TCP keepalive until 1.13, and 15 s from 1.14', () => {
    expect(['1.13', '1.14', '1.32'].map((version) => clientOf(planOf(version), 'users'))).toEqual([
      ['none', '30 30 9'],
      ['15 15 9', '30 30 9'],
      ['15 15 9', '30 15 9'],
    ])
  })

  test('SSH tunnels have no TCP keepalive until 1.13, and 15 s from 1.14; that of sshd is two hours', () => {
    const at = (version: string) => {
      const flags = '{ ssh-user: core }'
      const plan = planOf(version, `{ apiserver: { flags: ${flags} }, nodes: 1, ${USER} }`)
      expect(plan.tunnels.length).toBeGreaterThan(0)
      expect(listening(plan, SSH_PORT)).toBe('7200 75 9')
      return [...new Set(plan.tunnels.map(({ silence }) => text(silence.keepalive)))]
    }
    expect(['1.13', '1.14'].map(at)).toEqual([['none'], ['15 15 9']])
  })

  test('TCP keepalive is off if no cluster says which program runs', () => {
    const loaded = loadScenario({
      file: 'test.yaml',
      text: `version: 1
hosts: { a: {}, b: {} }
links: { wire: { between: [a, b] } }
paths: { get: { kind: custom, from: a, to: b } }
workloads: { gets: { path: get, requests: 1 } }
`,
    })
    if (!loaded.ok) throw new Error(loaded.problems[0].message)
    const plan = makePlan(expandBlueprint(loaded.scenario.blueprint))
    expect(plan.paths.map(({ keepalive }) => keepalive)).toEqual([{ http1: null, http2: null }])
    expect(plan.listeners.map(({ silence }) => silence)).toEqual([{}])
    expect(plan.paths[0].tlsClients.http2).toBe(NONE)
  })
})
