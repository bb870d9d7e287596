import { describe, expect, test } from 'vitest'
import { CREATED } from '../../src/cluster/kube-proxy/kube-proxy-plan.ts'
import { ACK, SYN } from '../../src/network/header-flags.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import type { Simulation } from '../../src/simulation/simulation.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { begun, finish } from '../fixtures/simulations.ts'
import { plainCluster } from './background-lab.ts'

const MS = 1_000_000
const S = 1_000 * MS

interface Setting {
  readonly kubernetes?: string
  readonly controlPlane?: 'node' | 'hosted'
  readonly plugins?: string
  readonly users?: string
  /** Further rules of alice, each with a comma before it. */
  readonly more?: string
}

/**
 * At 2 s alice creates a service that has the apiserver's own address among its external IPs, and a pod behind it.
 * Requests on a kubelet's old connection, on its new ones, and on a pod's new ones are sent twenty times a second.
 */
function takenOver(setting: Setting = {}) {
  const {
    kubernetes = '1.30',
    controlPlane = 'node',
    plugins = '[NodeRestriction]',
    users = '[services]',
    more = '',
  } = setting
  const scenario = plainCluster(`kubernetes: "${kubernetes}"
duration: 4s
cluster:
  control-plane: ${controlPlane}
  nodes: 2
  pods:
    trap: { listens: 8443, scheme: https, on: node-2, token: false }
    client: { on: node-1, token: false }
  users: { alice: { rules: [{ verbs: [create], resources: ${users} }${more}] } }
  apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: ${plugins} } }
paths:
  kubelets: { kind: kubelet-apiserver, from: node-1 }
  fresh: { kind: kubelet-apiserver, from: node-1 }
  pods: { kind: custom, from: pods/client, to: master, port: 6443, tls: { verify: ca } }
  users: { kind: user-apiserver }
workloads:
  kept: { path: kubelets, kind: list, resource: pods, count: 1, rate: 20/s, for: 4s }
  again: { path: fresh, kind: list, resource: pods, count: 1, connection: per-request, rate: 20/s, for: 4s }
  visits: { path: pods, connection: per-request, rate: 20/s, for: 4s }
  creates: { path: users, kind: list, resource: services, count: 1, requests: 1, start: 2s }
`)
  const [address] = scenario.blueprint.hosts.find(({ name }) => name === 'master')!.addresses
  const services = [
    { name: 'mine', externalAddress: address, port: 6443, endpoints: [{ host: 'trap-1', port: 8443 }] },
  ] as const
  return { ...scenario, blueprint: { ...scenario.blueprint, additions: { services } } }
}

/** Replaces the request of `creates` by the creation of the service. */
function planOf({ blueprint }: CheckedScenario): Plan {
  const plan = makePlan(expandBlueprint(blueprint))
  const { background, cluster } = plan
  if (background === null || cluster === null) throw new Error('there is a cluster')
  const { request } = plan.workloads.find(({ name }) => name.startsWith('creates'))!
  const line = { method: 'POST', target: '/api/v1/namespaces/default/services' } as const
  const action = { kind: 'change', owner: 'services', change: CREATED, subject: 0 } as const
  const response = plan.answers[request].accepted
  const asked = { line, program: -1, bearer: null, action, response, bodyBytes: 100 }
  const requests = new Map([...background.store.requests, [request, asked]])
  const judged = cluster.apiserver.requests.map((each, index) =>
    index === request ? { ...each, line, hasExternalIps: true, hasHandler: true } : each,
  )
  return {
    ...plan,
    background: { ...background, store: { ...background.store, requests } },
    cluster: { ...cluster, apiserver: { ...cluster.apiserver, requests: judged } },
  }
}

interface Dial {
  readonly tick: number
  readonly from: string
  readonly to: string
}

/** Connections that reach the master's secure port or the pod, and from which address. */
function dialsOf(simulation: Simulation): Dial[] {
  const { plan, network } = simulation
  const dials: Dial[] = []
  const hostOf = (address: number) => plan.hosts[plan.addresses.hostOf(address, 0)]?.name
  network.observer = {
    observe: (stage, packet) => {
      const { direction, tickNs: tick } = packet
      if (stage !== 'delivered' || (packet.flags & (SYN | ACK)) !== SYN) return
      const to = hostOf(network.packets.destination[packet.row])
      if (plan.directions[direction].toHost !== plan.addresses.hostOf(network.packets.destination[packet.row], 0))
        return
      if (to === 'master' || to === 'trap-1') dials.push({ tick, from: hostOf(network.packets.source[packet.row]), to })
    },
  }
  return dials
}

function run(setting: Setting) {
  const scenario = takenOver(setting)
  const simulation = begun(planOf(scenario))
  const dials = dialsOf(simulation)
  const result = finish(simulation, scenario)
  const to = (from: string, fromTick: number, untilTick: number) => [
    ...new Set(
      dials
        .filter((each) => each.from === from && each.tick >= fromTick && each.tick < untilTick)
        .map((each) => each.to),
    ),
  ]
  const of = (name: string) => result.workloads.find((workload) => workload.name === name)!
  return { to, of, dials }
}

describe('a service whose external IP is the apiserver’s address', () => {
  test('nodes and pods reach a service with the apiserver’s address as external IP once a kube-proxy on the route knows it', () => {
    const { to, of } = run({})
    expect(to('node-1', 0, 2 * S)).toEqual(['master'])
    expect(to('client-1', 0, 2 * S)).toEqual(['master'])
    expect(to('node-1', 2_200 * MS, 4 * S)).toEqual(['trap-1'])
    // The pod comes there too, under its node's address: what an external IP takes is masqueraded.
    expect(to('client-1', 2_200 * MS, 4 * S)).toEqual([])
    expect(to('alice', 0, 4 * S)).toEqual(['master'])
    // The pod's certificate is not one that kubelets believe.
    expect(of('again').failures).toEqual([{ reason: 'x509: certificate is not valid for this name', count: 39 }])
    expect(of('visits').failures).toContainEqual({ reason: 'x509: certificate is not valid for this name', count: 39 })
  })

  test('an external IP has no effect on a hosted master, which has no kube-proxy', () => {
    const { to, of } = run({ controlPlane: 'hosted' })
    expect(to('node-1', 2_200 * MS, 4 * S)).toEqual(['trap-1'])
    // One connection of each was on its way when its node began to translate.
    expect(of('again').failures).toEqual([{ reason: 'x509: certificate is not valid for this name', count: 38 }])
    expect(of('visits').failures).toContainEqual({ reason: 'x509: certificate is not valid for this name', count: 38 })
    expect(to('master', 0, 4 * S)).toEqual([])
  })

  test('established connections stay with the API server when a service takes its address', () => {
    const { of } = run({})
    expect(of('kept').failed).toBe(0)
    expect(of('kept').completed).toBeGreaterThan(75)
  })

  test('before 1.21, pods reach the service with their node’s source address, programs on the node do not', () => {
    const { to, of, dials } = run({ kubernetes: '1.20' })
    const later = dials.filter(({ tick, to }) => tick > 2_200 * MS && to === 'trap-1')
    expect(new Set(later.map(({ from }) => from))).toEqual(new Set(['node-1']))
    expect(later.length).toBeGreaterThan(30)
    expect(to('client-1', 2_200 * MS, 4 * S)).toEqual([])
    expect(of('again').failed).toBe(0)
    expect(of('visits').failed).toBeGreaterThan(30)
  })

  test.each([
    ['DenyServiceExternalIPs', { plugins: '[NodeRestriction, DenyServiceExternalIPs]' }],
    ['RBAC where the user may not create services', { users: '[pods]' }],
    ['ExternalIPRanger of OpenShift', { plugins: '[network.openshift.io/ExternalIPRanger]' }],
    [
      'ExternalIPRanger where the user may pass it in a namespace only',
      {
        plugins: '[network.openshift.io/ExternalIPRanger]',
        more: ', { verbs: [create], resources: [service/externalips], namespaces: [default] }',
      },
    ],
  ])(
    'creation of a service with an external IP is refused by %s, and all connections stay as they are',
    (_, setting) => {
      const { to, of } = run(setting)
      expect(of('creates')).toMatchObject({ completed: 0, failed: 1 })
      expect(to('node-1', 0, 4 * S)).toEqual(['master'])
      expect(to('client-1', 0, 4 * S)).toEqual(['master'])
      expect(of('again').failed).toBe(0)
    },
  )

  test('ExternalIPRanger lets users pass who may create service/externalips in all namespaces', () => {
    const { of } = run({
      plugins: '[network.openshift.io/ExternalIPRanger]',
      more: ', { verbs: [create], resources: [service/externalips] }',
    })
    expect(of('creates')).toMatchObject({ completed: 1, failed: 0 })
  })

  test('a fork of a run with external IPs has the same result', () => {
    const scenario = takenOver()
    const plan = planOf(scenario)
    const unforked = finish(begun(plan), scenario)
    for (const tick of [S, 2_030 * MS, 2_060 * MS, 3 * S]) {
      const parent = begun(plan)
      parent.runUntil(tick, Number.POSITIVE_INFINITY)
      expect(finish(parent.fork(), scenario)).toEqual(unforked)
    }
  })
})

describe('the hosts that translate an external IP', () => {
  const A_NODE = 'node-1'
  /** The hosts, each with those whose packets it does not translate, for a port of a host. */
  const translating = (kubernetes: string, owner: string, port: number, cluster = '') => {
    const { blueprint } = plainCluster(`kubernetes: "${kubernetes}"
duration: 10s
cluster: { nodes: { node: { count: 2 } }, pods: { web: { listens: 8080 } } ${cluster} }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, requests: 1 } }
`)
    const [externalAddress] = blueprint.hosts.find(({ name }) => name === owner)!.addresses
    const services = [{ name: 'mine', externalAddress, port, endpoints: [{ host: 'web-2', port: 8080 }] }]
    const [{ hosts, exempt }] = expandBlueprint({ ...blueprint, additions: { services } }).externalAddresses
    return hosts.map((host) => [host, ...(exempt.get(host) ?? [])].join(' except '))
  }
  const of = (kubernetes: string, cluster = '') => translating(kubernetes, A_NODE, 10250, cluster)

  test('an external IP is translated by all hosts but the owner of the port until 1.23, each except for its own packets until 1.20', () => {
    expect(of('1.20')).toEqual(['master except master', 'node-2 except node-2'])
    expect(of('1.21')).toEqual(['master', 'node-2'])
    expect(of('1.23')).toEqual(['master', 'node-2'])
    expect(of('1.24')).toEqual(['master', 'node-1', 'node-2'])
  })

  test('an external IP is not translated by a hosted master', () => {
    expect(of('1.23', ', control-plane: hosted')).toEqual(['node-2'])
    expect(of('1.24', ', control-plane: hosted')).toEqual(['node-1', 'node-2'])
    expect(translating('1.30', 'master', 6443, ', control-plane: hosted')).toEqual(['node-1', 'node-2'])
    expect(translating('1.30', 'master', 6443)).toEqual(['master', 'node-1', 'node-2'])
  })

  test('an external IP is translated by its owner too if no program has the port', () => {
    expect(translating('1.20', A_NODE, 9999)).toEqual(['master except master', 'node-1', 'node-2 except node-2'])
    expect(translating('1.23', 'master', 6443)).toEqual(['node-1', 'node-2'])
    expect(translating('1.23', 'master', 9999)).toEqual(['master', 'node-1', 'node-2'])
    // A program that listens on the loopback only leaves the port of other addresses free.
    expect(translating('1.19', 'master', 8080)).toEqual(['master', 'node-1 except node-1', 'node-2 except node-2'])
  })

  test('hosts translate an external IP for pods on a bridge as for themselves, until 1.20', () => {
    expect(of('1.20', ', pod-network: bridged')).toEqual(['master except master', 'node-2 except node-2 except web-2'])
    expect(of('1.21', ', pod-network: bridged')).toEqual(['master', 'node-2'])
  })

  test('hosts in mode ipvs translate all packets to an external IP, but not the owner’s port until 1.23', () => {
    expect(of('1.11', ', kube-proxy: { mode: ipvs }')).toEqual(['master', 'node-2'])
    expect(of('1.24', ', kube-proxy: { mode: ipvs }')).toEqual(['master', 'node-1', 'node-2'])
    expect(of('1.11', ', kube-proxy: { mode: iptables }')).toEqual(['master except master', 'node-2 except node-2'])
  })

  test('each host translates an external IP by its own version', () => {
    const pools = ', nodes: { old: { count: 1, kubernetes: "1.20" }, new: { count: 1, kubernetes: "1.24" } }'
    const { blueprint } = plainCluster(`kubernetes: "1.24"
duration: 10s
cluster: { ${pools.slice(2)} }
paths: { logs: { kind: apiserver-kubelet } }
workloads: { logs: { path: logs, requests: 1 } }
`)
    const at = (owner: string) => {
      const [externalAddress] = blueprint.hosts.find(({ name }) => name === owner)!.addresses
      const services = [{ name: 'mine', externalAddress, port: 10250, endpoints: [{ host: 'new-1', port: 8080 }] }]
      return expandBlueprint({ ...blueprint, additions: { services } }).externalAddresses[0]
    }
    expect(at('old-1').hosts).toEqual(['master', 'new-1'])
    expect(at('new-1').hosts).toEqual(['master', 'new-1', 'old-1'])
    expect([...at('new-1').exempt].filter(([, senders]) => senders.length > 0)).toEqual([['old-1', ['old-1']]])
  })
})

test('the plugin DenyServiceExternalIPs exists from 1.21 on', () => {
  const flags = (kubernetes: string) =>
    problemsIn(`kubernetes: "${kubernetes}"
duration: 10s
cluster: { nodes: 1, apiserver: { flags: { enable-admission-plugins: [DenyServiceExternalIPs] } } }
paths: { kubelets: { kind: kubelet-apiserver } }
workloads: { some: { path: kubelets, kind: heartbeat } }
`)
  expect(flags('1.21')).toBe('nothing')
  expect(flags('1.20')).toContain('enable-admission-plugins plugin "DenyServiceExternalIPs" is unknown')
  expect(flags('1.20')).toContain('it came with 1.21')
})
