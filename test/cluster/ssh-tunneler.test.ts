import { describe, expect, test } from 'vitest'
import { sshClientOf } from '../../src/cluster/tunnels/ssh-tunneler-client.ts'
import { kubernetesVersion } from '../../src/cluster/versions/kubernetes-version.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Result, TunnelResult } from '../../src/measure/result.ts'
import { SYN } from '../../src/network/header-flags.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { negotiateCipher, OPENSSH_10_0 } from '../../src/security/ssh-peers.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { binomialBounds } from '../fixtures/binomial.ts'
import { beginning, begun, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { BY_EXTERNAL_IP, tunnelledCluster } from './ssh-tunneler-lab.ts'

function resultOf(scenario: CheckedScenario): Result {
  return finish(beginning(scenario), scenario)
}

function linkBytes({ links }: Result, name: string): number {
  return links.find((link) => link.name === name)?.bytes ?? Number.NaN
}

/** Reads a value of each node's tunnel, in the order of nodes. */
function ofTunnels<T>({ tunnels }: Result, read: (tunnel: TunnelResult) => T): T[] {
  return tunnels.map(read)
}

const proxied = (requests: number, tunnel = 'ssh') => `
paths: { proxy: { kind: apiserver-pod, to: pods/web, tunnel: ${tunnel} } }
workloads: { ask: { path: proxy, requests: ${requests}, connection: per-request } }`

describe('a connection to a pod', () => {
  const SEEDS = 150
  const CONNECTIONS = 10

  test('a connection to a pod through SSH tunnels exits from the tunnel of each node equally often, over seeds and connections', () => {
    const { blueprint } = tunnelledCluster(proxied(CONNECTIONS))
    const plan = makePlan(expandBlueprint(blueprint))
    const counts = [0, 0, 0]
    for (let seed = 1; seed <= SEEDS; seed++) {
      const scenario = { blueprint: { ...blueprint, seed }, expectations: [] }
      ofTunnels(resultOf(scenario), ({ channels }) => channels).forEach((channels, node) => {
        counts[node] += channels
      })
    }
    const { low, high } = binomialBounds(SEEDS * CONNECTIONS, 1 / 3, 1e-6)
    expect([low, high]).toEqual([415, 588])
    expect(plan.tunnels.map(({ viaHost }) => plan.hosts[viaHost].name)).toEqual(['node-1', 'node-2', 'node-3'])
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(SEEDS * CONNECTIONS)
    for (const count of counts) {
      expect(count).toBeGreaterThanOrEqual(low)
      expect(count).toBeLessThanOrEqual(high)
    }
  })

  test('a connection to a pod through SSH tunnels exits at a node that does not depend on that of the previous connection', () => {
    const scenario = tunnelledCluster(proxied(200))
    const simulation = beginning(scenario)
    const exits = exitsOf(simulation)
    finish(simulation, scenario)
    const pairs = new Set(exits.slice(1).map((exit, index) => `${exits[index]}>${exit}`))
    expect(exits).toHaveLength(200)
    expect(pairs.size).toBe(9)
  })

  test('a connection to a pod through SSH tunnels crosses the private network unencrypted, with the same payloads as without a tunnel', () => {
    const [tunnelled, direct] = ['ssh', 'none'].map((tunnel) => {
      const scenario = tunnelledCluster(proxied(40, tunnel))
      const simulation = beginning(scenario)
      const payloads = ['link/pod-web-1/forward', 'segment/nodes/node-2/in', 'segment/nodes/node-3/in'].map(
        (direction) => watchPayloads(simulation, direction),
      )
      const result = finish(simulation, scenario)
      return { payloads, exits: ofTunnels(result, ({ channels }) => channels) }
    })
    const [[requestBytes]] = direct.payloads
    expect(direct.payloads).toEqual([Array(40).fill(requestBytes), [], []])
    expect(tunnelled.payloads).toEqual([
      Array(40).fill(requestBytes),
      Array(tunnelled.exits[1]).fill(requestBytes),
      Array(tunnelled.exits[2]).fill(requestBytes),
    ])
  })

  test('a connection to a pod through SSH tunnels takes the time of the path from the exit node to the pod', () => {
    const { latencyMs } = workloadOf(resultOf(tunnelledCluster(proxied(40))), 'ask')
    // Channel and request: a round trip of 20 ms each. The pod is 1 ms from its node, and 3 from the others.
    expect(latencyMs).toMatchObject({ min: 44, p50: 48, max: 48 })
  })
})

/** Records the payload of each packet delivered by a link direction, in bytes, if it has any. */
function watchPayloads({ plan, network }: Simulation, name: string): number[] {
  const payloads: number[] = []
  const watched = plan.directions.findIndex((direction) => direction.name === name)
  const { observer } = network
  network.observer = {
    observe(stage, packet) {
      const { direction } = packet
      observer?.observe(stage, packet)
      const bytes = packet.payloadBytes
      if (stage === 'delivered' && direction === watched && bytes > 0) payloads.push(bytes)
    },
  }
  return payloads
}

/** Records the node from which each connection to the pod came, in order. */
function exitsOf(simulation: Simulation): string[] {
  const exits: string[] = []
  const { plan, network } = simulation
  const toPod = plan.directions.findIndex(({ name }) => name === 'link/pod-web-1/forward')
  network.observer = {
    observe(stage, packet) {
      const { direction } = packet
      if (stage !== 'delivered' || direction !== toPod || (packet.flags & SYN) === 0) return
      exits.push(plan.hosts[plan.addresses.hostOf(network.packets.source[packet.row], NONE)].name)
    },
  }
  return exits
}

describe('a connection to a kubelet', () => {
  const logs = `
paths: { kubelet: { kind: apiserver-kubelet, to: nodes/* } }
workloads: { ask: { path: kubelet, requests: 7, connection: per-request } }`

  const using = (kubernetes: string, flags: string) => resultOf(tunnelledCluster(logs, { kubernetes, flags }))
  const byOrder = (...types: string[]) => `, kubelet-preferred-address-types: [${types.join(', ')}]`
  const crossing = (result: Result) => linkBytes(result, 'segment/nodes/node-2/in')

  test.each([
    ['1.6', byOrder('ExternalIP')],
    ['1.12', byOrder('ExternalIP', 'Hostname')],
    ['1.21', byOrder('ExternalDNS', 'ExternalIP', 'InternalIP')],
  ])(
    'a connection to a kubelet through SSH tunnels uses the tunnel of its node in %s with%s, and never the network between nodes',
    (kubernetes, flags) => {
      const result = using(kubernetes, flags)
      expect(ofTunnels(result, ({ channels }) => channels)).toEqual([7, 7, 7])
      expect(crossing(result)).toBe(0)
    },
  )

  test.each([
    ['1.6', ''],
    ['1.9', ''],
    ['1.21', ''],
    ['1.12', byOrder('InternalIP', 'ExternalIP', 'Hostname')],
    ['1.12', byOrder('Hostname', 'ExternalIP')],
  ])(
    'a connection to a kubelet whose tunnel is listed under another address leaves at a random node in %s%s',
    (kubernetes, flags) => {
      const result = using(kubernetes, flags)
      const channels = ofTunnels(result, (tunnel) => tunnel.channels)
      expect(channels.reduce((sum, count) => sum + count, 0)).toBe(21)
      expect(channels).not.toEqual([7, 7, 7])
      expect(crossing(result)).toBeGreaterThan(10_000)
    },
  )

  test('a connection to a kubelet leaves its SSH tunnel at the kubelet’s own node once in N times, over seeds', () => {
    const { blueprint } = tunnelledCluster(logs.replace('nodes/*', 'nodes/node-1'))
    const [{ via }] = blueprint.paths.map(({ tunnel }) => tunnel!)
    expect(via).toEqual(['node-1', 'node-2', 'node-3'])
    const own = Array.from({ length: 60 }, (_, index) => {
      const scenario = { blueprint: { ...blueprint, seed: index + 1 }, expectations: [] }
      return ofTunnels(resultOf(scenario), ({ channels }) => channels)[0]
    }).reduce((sum, count) => sum + count, 0)
    const { low, high } = binomialBounds(420, 1 / 3, 1e-6)
    expect(own).toBeGreaterThanOrEqual(low)
    expect(own).toBeLessThanOrEqual(high)
  })

  test('a connection through the node proxy leaves at a random node too', () => {
    const proxy = `
paths: { node: { kind: apiserver-node, to: nodes/node-1, port: 9100 } }
workloads: { ask: { path: node, requests: 20, connection: per-request } }`
    const exits = (flags: string) =>
      ofTunnels(resultOf(tunnelledCluster(proxy, { kubernetes: '1.12', flags })), ({ channels }) => channels)
    expect(exits(BY_EXTERNAL_IP)).toEqual([20, 0, 0])
    expect(exits('').every((channels) => channels > 0)).toBe(true)
  })

  test('a connection to a kubelet through SSH tunnels takes the time of the path from the exit node to the kubelet', () => {
    const median = (flags: string) =>
      workloadOf(
        resultOf(tunnelledCluster(logs.replace('nodes/*', 'nodes/node-1'), { kubernetes: '1.18', flags })),
        'ask',
      ).latencyMs.p50
    // A channel, TLS 1.3 and the request: 20 ms each; between nodes, three round trips of 2 ms more.
    expect(median(BY_EXTERNAL_IP)).toBeCloseTo(60, 4)
    expect(median('')).toBeCloseTo(66, 4)
  })
})

describe('the name that the apiserver dials and verifies', () => {
  const nameOf = (kubernetes: string, flags: string, path = 'apiserver-kubelet, to: nodes/node-1') => {
    const text = `
paths: { p: { kind: ${path} } }
workloads: { ask: { path: p, requests: 1 } }`
    const plan = makePlan(expandBlueprint(tunnelledCluster(text, { kubernetes, flags }).blueprint))
    return plan.paths.find(({ name }) => name.startsWith('p'))!.serverName
  }
  const [internal, external] = tunnelledCluster(proxied(1)).blueprint.hosts.find(
    ({ name }) => name === 'node-1',
  )!.addresses

  test.each([
    ['the host name by default', '', 'node-1'],
    ['the internal address if that is preferred', ', kubelet-preferred-address-types: [InternalIP]', internal],
    ['the external address if that is preferred', BY_EXTERNAL_IP, external],
    ['the first type that the node has', ', kubelet-preferred-address-types: [InternalDNS, ExternalIP]', external],
  ])('the name that the apiserver dials and verifies through SSH tunnels is %s', (_, flags, name) =>
    expect(nameOf('1.12', flags)).toBe(name),
  )

  test('the apiserver dials a pod by its address, whatever types of node addresses are preferred', () => {
    expect(nameOf('1.12', BY_EXTERNAL_IP, 'apiserver-pod, to: pods/web')).toMatch(/^10\./)
  })
})

describe('a list of hosts as ends of tunnels, without a cluster', () => {
  const text = (via: string) => `version: 1
hosts: { client: { cpu: instant }, a: { cpu: instant }, b: { cpu: instant }, server: { cpu: instant } }
links:
  one: { between: [client, a], delay: 10ms }
  two: { between: [client, b], delay: 10ms }
  three: { between: [a, server], delay: 1ms }
  four: { between: [b, server], delay: 1ms }
paths: { p: { from: client, to: server, tunnel: { kind: ssh, via: ${via} } } }
workloads: { ask: { path: p, requests: 30, connection: per-request } }`

  test('a list of tunnel hosts without a cluster gets connections on each tunnel, at random', () => {
    const scenario = scenarioOf(text('[a, b]'))
    const channels = ofTunnels(resultOf(scenario), (tunnel) => tunnel.channels)
    expect(channels).toHaveLength(2)
    expect(channels[0] + channels[1]).toBe(30)
    expect(Math.min(...channels)).toBeGreaterThan(5)
  })

  test('the hosts of SSH tunnels must exist and have a route', () => {
    expect(() => scenarioOf(text('[a, c]'))).toThrow('no host is named c')
    expect(() => scenarioOf(text('[]'))).toThrow('at least one host')
  })
})

describe('the tunneler', () => {
  test('the SSH tunneler dials every node, even if no path uses its tunnel', () => {
    const { tunnels, workloads } = resultOf(
      tunnelledCluster(
        'workloads: { beat: { path: api, requests: 1 } }\npaths: { api: { kind: kubelet-apiserver, from: node-1 } }',
      ),
    )
    expect(workloads[0]).toMatchObject({ completed: 1 })
    expect(tunnels.map(({ name, dials }) => [name, dials])).toEqual([
      ['ssh/master/node-1', 1],
      ['ssh/master/node-2', 1],
      ['ssh/master/node-3', 1],
    ])
  })

  test('the SSH tunneler dials all nodes at the same time, and each tunnel is up after seven round trips', () => {
    expect(ofTunnels(resultOf(tunnelledCluster(proxied(1))), ({ setupMs }) => setupMs)).toEqual([140, 140, 140])
  })

  test('the SSH tunneler dials a node that refuses connections again every 15 s', () => {
    const scenario = tunnelledCluster(`
paths: { proxy: { kind: apiserver-pod, to: pods/web } }
workloads: { ask: { path: proxy, rate: 1/s, for: 100s, connection: per-request } }`)
    const plan = makePlan(expandBlueprint(scenario.blueprint))
    const second = plan.hosts.findIndex(({ name }) => name === 'node-2')
    const listeners = plan.listeners.filter(({ kind, host }) => kind !== 'ssh' || host !== second)
    const result = finish(begun({ ...plan, listeners }), scenario)
    // At 0, 15, ..., 90 s.
    expect(ofTunnels(result, ({ dials, setups }) => [dials, setups])).toEqual([
      [1, 1],
      [7, 0],
      [1, 1],
    ])
    expect(result.workloads[0]).toMatchObject({ completed: 100, failed: 0 })
    expect(result.tunnels[1].channels).toBe(0)
  })
})

describe('before the first tunnel is up', () => {
  const starting = `
paths: { proxy: { kind: apiserver-pod, to: pods/web, tunnel: { kind: ssh, warm: false } } }
workloads: { ask: { path: proxy, rate: 20/s, for: 1s, connection: per-request } }`

  test('requests fail at once before the first SSH tunnel is up', () => {
    const result = resultOf(tunnelledCluster(starting))
    // Those at 0, 50 and 100 ms; tunnels are up from 140 ms on.
    expect(workloadOf(result, 'ask')).toMatchObject({
      completed: 17,
      failures: [{ reason: 'no tunnel', count: 3 }],
    })
    expect(ofTunnels(result, ({ dials }) => dials)).toEqual([1, 1, 1])
  })

  test('workloads of a cluster with warm SSH tunnels wait until the first is up', () => {
    const result = resultOf(tunnelledCluster(starting.replace('warm: false', 'warm: true')))
    expect(workloadOf(result, 'ask')).toMatchObject({ completed: 20, failed: 0 })
  })
})

describe('the SSH library of Kubernetes', () => {
  test.each([
    [6, 'aes128-ctr+hmac-sha2-256-etm'],
    [10, 'aes128-ctr+hmac-sha2-256-etm'],
    [11, 'aes128-gcm'],
    [21, 'aes128-gcm'],
  ] as const)(
    'the SSH library of Kubernetes negotiates with sshd in Kubernetes 1.%i the cipher %s, and signs with SHA-1',
    (minor, cipher) => {
      const client = sshClientOf(kubernetesVersion(minor))
      expect(negotiateCipher(client, OPENSSH_10_0)).toBe(cipher)
      expect(client.rsaAlgorithm).toBe('ssh-rsa')
    },
  )

  test('the SSH library of Kubernetes dials tunnels as the user of --ssh-user', () => {
    const { ssh } = makePlan(expandBlueprint(tunnelledCluster(proxied(1), { kubernetes: '1.12' }).blueprint))
    const [{ peer, user, server }] = ssh.clients
    expect({ peer, user }).toEqual({ peer: sshClientOf(kubernetesVersion(12)), user: 'gke' })
    expect(server.acceptsSshRsa).toBe(true)
  })
})
