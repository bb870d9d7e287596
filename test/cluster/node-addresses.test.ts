import { describe, expect, test } from 'vitest'
import { PLAIN_WRITE } from '../../src/cluster/access/node-restriction.ts'
import { getNode, patchNodeStatus } from '../../src/cluster/messages/apiserver-requests.ts'
import { NONE } from '../../src/engine/table.ts'
import { parseAddress } from '../../src/network/address-book.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { beginPlan, makePlan } from '../../src/simulation/make-plan.ts'
import { planNodeAddresses } from '../../src/simulation/node-addresses/plan-node-addresses.ts'
import type { Plan } from '../../src/simulation/plan.ts'
import { begun, finish, scenarioOf, workloadOf } from '../fixtures/simulations.ts'
import { logAccess } from './access-lab.ts'
import { type SmallCluster, smallCluster } from './small-cluster.ts'

/**
 * Runs a cluster of two nodes. After a second the kubelet of node-2 (the workload `moves`) writes the address of `to`
 * into the status of node-1. The workload `logs` requests the logs of the pod on node-1 before and after that.
 */
function runWithMovedNode(cluster: Partial<SmallCluster>, to = 'node-2', nth = 0) {
  const { scenario, plan } = prepared(cluster, to, nth)
  const simulation = begun(plan)
  const log = logAccess(simulation)
  const result = finish(simulation, scenario)
  return { log, result, simulation, logs: workloadOf(result, 'logs') }
}

function prepared(cluster: Partial<SmallCluster>, to = 'node-2', nth = 0) {
  const scenario = scenarioOf(smallCluster({ ...DEFAULTS, ...cluster }))
  const address = scenario.blueprint.hosts.find(({ name }) => name === to)!.addresses[nth]
  const blueprint = { ...scenario.blueprint, additions: { addresses: [{ node: 'node-1', address }] } }
  return { scenario, plan: planWithMove(makePlan(expandBlueprint(blueprint)), address) }
}

const MS = 1_000_000

const DEFAULTS: SmallCluster = {
  nodes: 2,
  flags: 'authorization-mode: [Node, RBAC]',
  config: '{ authorization: { mode: AlwaysAllow } }',
  paths: '{ users: { kind: user-apiserver }, kubelets: { kind: kubelet-apiserver, from: node-2 } }',
  workloads: `{ moves: { path: kubelets, requests: 1, start: 1s },
    logs: { path: users, kind: logs, target: pods/web, response: 100B, rate: 2/s, for: 3s, start: 500ms } }`,
}

/** The plan with the single request of `moves` replaced by one that sets the address of node-1. */
function planWithMove(plan: Plan, address: string): Plan {
  const cluster = plan.cluster!
  const { request } = plan.workloads.find(({ declared }) => declared === 'moves')!
  const requests = cluster.apiserver.requests.map((each, index) =>
    index === request ? { ...each, line: patchNodeStatus('node-1'), written: PLAIN_WRITE } : each,
  )
  const index = plan.addresses.indexOf(parseAddress(address))
  expect(index).not.toBe(NONE)
  return {
    ...plan,
    cluster: { ...cluster, apiserver: { ...cluster.apiserver, requests } },
    nodeAddresses: {
      ...plan.nodeAddresses,
      changes: new Map([...plan.nodeAddresses.changes, [request, { node: 0, address: index }]]),
    },
  }
}

/** The nodes that received requests for the logs of the pod on node-1, in order. */
const nodesAsked = (log: readonly string[]) =>
  log.filter((line) => line.includes('containerLogs/default/web-1')).map((line) => line.split(':')[0])

const HARDENED = `kubelet-certificate-authority: cluster-ca`
const ISSUED = '{ authorization: { mode: AlwaysAllow }, serverTLSBootstrap: true }'

describe('the address of a node', () => {
  test('the address of a node is taken from its status, so that the apiserver connects to the address that another node writes there', () => {
    const { log, logs } = runWithMovedNode({})
    // The kubelet there responds that it does not run the pod.
    expect(log).toContain('master: system:node:node-2 PATCH /api/v1/nodes/node-1/status allowed')
    expect(nodesAsked(log)).toEqual(['node-1', 'node-2', 'node-2'])
    expect([logs.completed, logs.failed]).toEqual([4, 2])
  })

  test('the address of a node cannot be changed by another node with NodeRestriction', () => {
    const { log } = runWithMovedNode({ flags: `${DEFAULTS.flags}, enable-admission-plugins: [NodeRestriction]` })
    expect(log).toContain('master: system:node:node-2 PATCH /api/v1/nodes/node-1/status 403')
    expect(nodesAsked(log)).toEqual(['node-1', 'node-1', 'node-1'])
  })

  test('the address of a node is the name that the apiserver verifies, so it accepts a node with a certificate for that address', () => {
    const { log } = runWithMovedNode({ flags: `${DEFAULTS.flags}, ${HARDENED}`, config: ISSUED, certificate: 'issued' })
    expect(nodesAsked(log)).toEqual(['node-1', 'node-2', 'node-2'])
  })

  test('a node’s address alone is not sufficient if the apiserver also verifies the node’s common name', () => {
    const flags = `${DEFAULTS.flags}, ${HARDENED}, enable-kubelet-cert-cn-validation: true`
    const { log, logs } = runWithMovedNode({ flags, config: ISSUED, certificate: 'issued' })
    expect(nodesAsked(log)).toEqual(['node-1'])
    expect(logs.failures).toEqual([
      { reason: 'server error', message: 'x509: certificate is not valid for this name', count: 2 },
    ])
  })

  test('the address of a node can be the address of a host that is not a node', () => {
    const { log, logs } = runWithMovedNode({}, 'web-2')
    expect(nodesAsked(log)).toEqual(['node-1'])
    expect(logs.failures).toEqual([{ reason: 'server error', message: 'connection refused', count: 2 }])
  })

  test('the address of a node decides which SSH tunnel the apiserver uses, if it is the external address of a node', () => {
    const tunnels =
      'ssh-user: kubernetes, authorization-mode: [Node, RBAC], kubelet-preferred-address-types: [ExternalIP]'
    const old = {
      kubernetes: '1.12',
      flags: tunnels,
      config: '{ authorization: { mode: AlwaysAllow }, readOnlyPort: 10255 }',
    }
    const { log, result } = runWithMovedNode(old, 'node-2', 1)
    expect(nodesAsked(log)).toEqual(['node-1', 'node-2', 'node-2'])
    expect(result.tunnels.map(({ channels }) => channels)).toEqual([1, 2])
    // An internal address is that of no tunnel, so that connections leave at random nodes.
    const elsewhere = prepared(old).plan.paths.filter(({ name }) => name.startsWith('~address/'))
    expect(elsewhere.map(({ ownTunnel, tunnels }) => [ownTunnel, tunnels.length])).toEqual(
      elsewhere.map(() => [NONE, 2]),
    )
    expect(elsewhere.length).toBeGreaterThan(0)
  })
})

test('the Konnectivity agent at the new address of a node carries connections to the node', () => {
  const { log, simulation } = runWithMovedNode({
    flags: `${DEFAULTS.flags}, egress-selector-config-file: konnectivity`,
    paths: `{ users: { kind: user-apiserver }, kubelets: { kind: kubelet-apiserver, from: node-2 },
      logs: { kind: apiserver-kubelet, tunnel: { kind: konnectivity, strategy: destHost } } }`,
  })
  expect(nodesAsked(log)).toEqual(['node-1', 'node-2', 'node-2'])
  expect([...simulation.parts.konnectivity.agents.table.channels.slice(0, 2)]).toEqual([1, 2])
})

test('a request changes the address of a node only if it patches the status of that node and its plan has an address', () => {
  const { blueprint: declared } = scenarioOf(smallCluster(DEFAULTS))
  const address = declared.hosts.find(({ name }) => name === 'web-2')!.addresses[0]
  const addresses = [{ node: 'node-1', address }]
  const blueprint = expandBlueprint({ ...declared, additions: { addresses } })
  const context = beginPlan(blueprint)
  const { catalogue, network } = context
  const rogue = { token: null, encoding: 'json', from: null, nodeAddress: address } as const
  const elsewhere = catalogue.request(patchNodeStatus('node-1'), [], false, rogue)
  catalogue.request(patchNodeStatus('node-2'), [], false, rogue)
  catalogue.request(getNode('node-1'), [], false, rogue)
  const byKubelet = catalogue.request(patchNodeStatus('node-1'), [], false, { ...NOBODY, from: 'node-1' })
  const { changes } = planNodeAddresses(context)
  expect([...changes]).toEqual([
    [elsewhere, { node: 0, address: network.addresses.indexOf(parseAddress(address)) }],
    [byKubelet, { node: 0, address: NONE }],
  ])
})

test('a fork copies the addresses of nodes and has the same result', () => {
  const { scenario, plan } = prepared({})
  const whole = finish(begun(plan), scenario)
  for (const tick of [900, 1_100, 2_000]) {
    const parent = begun(plan)
    parent.runUntil(tick * MS, Number.POSITIVE_INFINITY)
    expect(finish(parent.fork(), scenario)).toEqual(whole)
    expect(finish(parent, scenario)).toEqual(whole)
  }
})

const NOBODY = { token: null, encoding: 'json' } as const

describe('a kubelet', () => {
  const beating = {
    paths: '{ users: { kind: user-apiserver }, kubelets: { kind: kubelet-apiserver } }',
    workloads: `{ moves: { path: kubelets, requests: 1, start: 1s },
      beats: { path: kubelets, kind: heartbeat },
      logs: { path: users, kind: logs, target: pods/web, response: 100B, rate: 2/s, for: 30s, start: 500ms } }`,
  }

  test('a kubelet restores its own address with its next status update', () => {
    // Every ten seconds, with jitter, it reads its Node, finds another address, and writes its own.
    const places = nodesAsked(runWithMovedNode(beating).log)
    expect(places).toEqual(['node-1', ...Array(9).fill('node-2'), ...Array(20).fill('node-1')])
  })
})
