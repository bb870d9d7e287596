import { describe, expect, test } from 'vitest'
import { SYN } from '../../src/network/header-flags.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish, workloadOf } from '../fixtures/simulations.ts'
import { BY_EXTERNAL_IP, tunnelledCluster } from './ssh-tunneler-lab.ts'

const S = 1_000_000_000
const MS = 1_000_000

/**
 * A tunneler that starts with the run, and a workload that sends requests to the kubelet of a node at a rate, for a
 * time, through the tunnel to that node.
 */
function requestsTo(node: string, ratePerS: number, forS: number, more = ''): CheckedScenario {
  return tunnelledCluster(
    `
paths: { kubelet: { kind: apiserver-kubelet, to: nodes/${node}, tunnel: { kind: ssh, warm: false } } }
workloads: { ask: { path: kubelet, rate: ${ratePerS}/s, for: ${forS}s, start: 500ms, connection: per-request } }
${more}`,
    { flags: BY_EXTERNAL_IP },
  )
}

function withReadOnlyPort(scenario: CheckedScenario, node: string, readOnlyPort: number): CheckedScenario {
  const { blueprint } = scenario
  const { cluster } = blueprint
  const nodes = cluster!.nodes.map((each) =>
    each.name === node ? { ...each, kubelet: { ...each.kubelet, readOnlyPort } } : each,
  )
  return { ...scenario, blueprint: { ...blueprint, cluster: { ...cluster!, nodes } } }
}

function withDelay(scenario: CheckedScenario, link: string, delayNs: number): CheckedScenario {
  const { blueprint } = scenario
  const links = blueprint.links.map((each) =>
    each.name === link
      ? { ...each, forward: { ...each.forward, delayNs }, backward: { ...each.backward, delayNs } }
      : each,
  )
  return { ...scenario, blueprint: { ...blueprint, links } }
}

interface Check {
  readonly node: string
  readonly tick: number
}

/** Records the tick and node of each connection to a kubelet's read-only port. */
function watchChecks(simulation: Simulation): Check[] {
  const checks: Check[] = []
  const { plan } = simulation
  simulation.network.observer = {
    observe(stage, packet) {
      const { direction, tickNs: tick } = packet
      const { name } = plan.directions[direction]
      const isCheck = packet.destinationPort === 10255 && (packet.flags & SYN) !== 0
      if (stage === 'sent' && isCheck) checks.push({ node: name.replace('loopback/', ''), tick })
    },
  }
  return checks
}

describe('the health check of a tunnel', () => {
  test('the health check of an SSH tunnel runs once a minute, at the read-only port of its node, spread over the minute', () => {
    const scenario = requestsTo('node-1', 1, 170)
    const simulation = beginning(scenario)
    const checks = watchChecks(simulation)
    const { tunnels } = finish(simulation, scenario)
    // The request for a channel reaches the node's sshd 10 ms later.
    expect(checks).toEqual(
      [60, 80, 100, 120, 140, 160].map((second, index) => ({
        node: `node-${(index % 3) + 1}`,
        tick: second * S + 10 * MS,
      })),
    )
    expect(tunnels.map(({ healthChecks }) => healthChecks)).toEqual(Array(3).fill({ passed: 2, failed: 0 }))
    expect(tunnels.map(({ dials }) => dials)).toEqual([1, 1, 1])
  })

  test.each([1, 2, 3])(
    'the health check of a tunneler that has been running comes within its minute, with seed %i',
    (seed) => {
      const running = tunnelledCluster(`
seed: ${seed}
paths: { kubelet: { kind: apiserver-kubelet, to: nodes/node-1, tunnel: { kind: ssh, warm: true } } }
workloads: { ask: { path: kubelet, rate: 1/s, for: 130s, connection: per-request } }`)
      const simulation = beginning(running)
      const checks = watchChecks(simulation)
      const result = finish(simulation, running)
      const ofNode = (node: string) => checks.filter((check) => check.node === node).map(({ tick }) => tick)
      const [one, two, three] = ['node-1', 'node-2', 'node-3'].map(ofNode)
      for (const [first, second] of [one, two, three]) {
        expect(first).toBeLessThan(60 * S)
        expect(second - first).toBe(60 * S)
      }
      // They are a third of a minute apart, in the order of nodes.
      expect([(two[0] - one[0] + 60 * S) % (60 * S), (three[0] - two[0] + 60 * S) % (60 * S)]).toEqual([20 * S, 20 * S])
      expect(result.tunnels.map(({ dials }) => dials)).toEqual([1, 1, 1])
    },
  )

  test('the health check of a running tunneler comes once a minute if the first node was connected last', () => {
    const running = tunnelledCluster(`
seed: 4
paths: { kubelet: { kind: apiserver-kubelet, to: nodes/node-1, tunnel: { kind: ssh, warm: true } } }
workloads: { ask: { path: kubelet, rate: 1/s, for: 130s, connection: per-request } }`)
    const scenario = withDelay(running, 'control-node-1', 200 * MS)
    const simulation = beginning(scenario)
    const checks = watchChecks(simulation)
    finish(simulation, scenario)
    for (const node of ['node-1', 'node-2', 'node-3']) {
      const [first, second] = checks.filter((check) => check.node === node).map(({ tick }) => tick)
      expect(first).toBeLessThan(61 * S)
      expect(second - first).toBe(60 * S)
    }
  })

  test('the health check of a running tunneler comes at another time with another seed', () => {
    const firstCheck = (seed: number) => {
      const scenario = tunnelledCluster(`
seed: ${seed}
paths: { kubelet: { kind: apiserver-kubelet, to: nodes/node-1 } }
workloads: { ask: { path: kubelet, rate: 1/s, for: 70s, connection: per-request } }`)
      const simulation = beginning(scenario)
      const checks = watchChecks(simulation)
      finish(simulation, scenario)
      return checks[0].tick
    }
    expect(new Set([1, 2, 3].map(firstCheck)).size).toBe(3)
  })

  test('the health check of an SSH tunnel does not keep a run from ending', () => {
    const scenario = requestsTo('node-1', 1, 5)
    const { ended, simulatedNs } = finish(beginning(scenario), scenario)
    expect(ended).toBe('finished')
    expect(simulatedNs).toBeLessThan(5 * S)
  })

  test('the health check of an SSH tunnel fails each time if the kubelet’s read-only port is off, so that the tunnel is dialled again every minute', () => {
    const scenario = withReadOnlyPort(requestsTo('node-1', 1, 190), 'node-2', 0)
    const { tunnels } = finish(beginning(scenario), scenario)
    expect(tunnels.map(({ dials, setups, healthChecks }) => ({ dials, setups, ...healthChecks }))).toEqual([
      { dials: 1, setups: 1, passed: 3, failed: 0 },
      { dials: 3, setups: 3, passed: 0, failed: 2 },
      { dials: 1, setups: 1, passed: 2, failed: 0 },
    ])
  })

  test('the health check of an SSH tunnel leaves no rows in use when it has ended', () => {
    const scenario = requestsTo('node-1', 1, 1000)
    const simulation = beginning(scenario)
    const rowsInUse = () => {
      const { streams, http, tcp, ssh } = simulation.parts
      const tables = [streams.table, streams.contents.table, http.connections, http.exchanges, tcp.connections]
      return [...tables, ssh.channels.channels].map(({ count }) => count)
    }
    // Closed connections wait for a minute (TIME_WAIT).
    simulation.runUntil(350.5 * S, Number.POSITIVE_INFINITY)
    const early = rowsInUse()
    simulation.runUntil(950.5 * S, Number.POSITIVE_INFINITY)
    expect(rowsInUse()).toEqual(early)
  })
})

describe('a node that restarts', () => {
  test('a node that restarts is unreachable until the next check of its SSH tunnel, although the first request already fails', () => {
    const restart = 'events: [{ at: 10s, restart: node-2 }]'
    const scenario = requestsTo('node-2', 1, 100, restart)
    const { tunnels, workloads } = finish(beginning(scenario), scenario)
    // The tunnel is checked at 80 s: the request of that second still finds it lost.
    expect(workloads[0]).toMatchObject({ completed: 30, failed: 70 })
    expect(workloads[0].failures).toEqual([
      { reason: 'connection reset', count: 1 },
      { reason: 'unexpected end', count: 69 },
    ])
    expect(tunnels[1]).toMatchObject({ dials: 2, setups: 2, healthChecks: { passed: 0, failed: 1 } })
    // It is up again before the next request, so that none leaves at another node.
    expect(tunnels[0].channels + tunnels[2].channels).toBe(0)
  })
})

describe('a link that silently drops all packets', () => {
  const DOWN = 'events: [{ at: 10s, link: control-node-2, state: down }]'

  test('a link that silently drops all packets leaves its SSH tunnel in use: requests to its node hang for a quarter of an hour', () => {
    const scenario = requestsTo('node-2', 0.1, 900, DOWN)
    const simulation = beginning(scenario)
    simulation.runUntil(905 * S, Number.POSITIVE_INFINITY)
    const { tunnels, workloads } = simulation
    expect(tunnels.isListed(1)).toBe(true)
    expect(tunnels.table.failedChecks[1]).toBe(0)
    expect(tunnels.table.begunChecks[1]).toBe(14)
    expect([workloads.table.issued[0], workloads.table.completed[0], workloads.table.failed[0]]).toEqual([90, 1, 0])
  })

  test('a link that silently drops all packets makes requests use the tunnels of other nodes once TCP has given up', () => {
    const scenario = requestsTo('node-2', 0.1, 1300, DOWN)
    const { tunnels, workloads } = finish(beginning(scenario), scenario)
    // All checks that hung in it fail as one, and it is dialled once; then again and again, since SYNs are lost too.
    expect(tunnels[1]).toMatchObject({ setups: 1, healthChecks: { passed: 0, failed: 15 } })
    expect(tunnels[1].dials).toBeGreaterThan(2)
    expect(workloads[0].failures).toEqual([{ reason: 'timed out', count: 96 }])
    expect(workloads[0].completed).toBe(34)
    expect(tunnels[0].channels + tunnels[2].channels).toBe(33)
  })

  test('a link that silently drops all packets makes about one in three proxied requests hang', () => {
    const scenario = tunnelledCluster(`
paths: { proxy: { kind: apiserver-pod, to: pods/web } }
workloads: { ask: { path: proxy, rate: 1/s, for: 400s, connection: per-request } }
${DOWN}
duration: 400s`)
    const { tunnels, workloads } = finish(beginning(scenario), scenario)
    expect(workloads[0]).toMatchObject({ failed: 0 })
    expect(workloads[0].unfinished + workloads[0].completed).toBe(400)
    expect(workloads[0].unfinished).toBeGreaterThan(100)
    expect(workloads[0].unfinished).toBeLessThanOrEqual(tunnels[1].channels)
  })
})

describe('a node that never answers', () => {
  test('TCP gives up on a node that never answers SSH after 131 s, and the next sync dials it again', () => {
    const scenario = requestsTo('node-1', 1, 200, 'events: [{ at: 1ns, link: control-node-2, state: down }]')
    const simulation = beginning(scenario)
    const attempts = new Set<number>()
    for (let second = 0; second < 200; second++) {
      simulation.runUntil(second * S, Number.POSITIVE_INFINITY)
      attempts.add(simulation.tunnels.table.dialTick[1])
    }
    expect([...attempts]).toEqual([0, 135 * S])
  })
})

describe('an apiserver that restarts', () => {
  test('an apiserver with SSH tunnels that restarts dials every node at once, and checks tunnels a minute after the restart', () => {
    const scenario = requestsTo('node-1', 4, 200, 'events: [{ at: 50s, restart: master }]')
    const simulation = beginning(scenario)
    const checks = watchChecks(simulation)
    const result = finish(simulation, scenario)
    expect(result.tunnels.map(({ dials, setups }) => [dials, setups])).toEqual(Array(3).fill([2, 2]))
    expect(checks[0]).toEqual({ node: 'node-1', tick: 110 * S + 1 + 10 * MS })
    expect(workloadOf(result, 'ask').failures).toEqual([{ reason: 'no tunnel', count: 1 }])
  })
})
