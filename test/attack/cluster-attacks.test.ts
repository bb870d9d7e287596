import { describe, expect, test } from 'vitest'
import type { Blueprint } from '../../src/simulation/blueprint.ts'
import type { AttackerBlueprint } from '../../src/simulation/blueprint-attack.ts'
import { smallCluster } from '../cluster/small-cluster.ts'
import { scenarioOf } from '../fixtures/simulations.ts'
import { type AttackedRun, attacked, mallory, step } from './attack-lab.ts'

const S = 1_000_000_000

/** The servers' decisions on attackers' requests, a line each. */
function decisionsOf({ simulation }: AttackedRun): string[] {
  const { plan, attack } = simulation
  const { requests, identities } = plan.cluster!.apiserver
  return attack!.decisions.all().map(({ host, identity, request, status }) => {
    const { method, target } = requests[request].line
    const who = identities.identities[identity]?.user ?? 'nobody'
    return `${plan.hosts[host].name}: ${who} ${method} ${target.split('?')[0]} ${status === 0 ? 'allowed' : status}`
  })
}

function onHost(name: string, vantage: AttackerBlueprint['vantage'], holds: readonly string[] = []) {
  return { vantage, holds, on: { kind: 'host', name } } as const
}

describe('a compromised node', () => {
  const run = (flags: string, verify = 'ca') => {
    const text = smallCluster({
      nodes: 2,
      flags,
      pods: '{ web: { listens: 8080, token: false } }',
      paths: `{ logs: { kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ${verify} } } }`,
      workloads: '{ fresh: { path: logs, kind: logs, connection: per-request, rate: 10/s, for: 5s, response: 100B } }',
    })
    const plan = [step('readdress-node', { atNs: S, with: 'node-2-kubelet-client' })]
    const rogue = mallory(plan, onHost('node-2', 'node', ['node-2-kubelet-client']))
    return attacked(scenarioOf(text).blueprint, rogue)
  }
  const taken = ({ simulation }: AttackedRun) => simulation.attack!.events.amount(0, 0, 'request-taken')
  const PATCH = 'master: system:node:node-2 PATCH /api/v1/nodes/node-1/status'
  const UNRESTRICTED = 'authorization-mode: [Node, RBAC], enable-admission-plugins: []'

  test('a compromised node that writes another node’s address gets its connections, even if the apiserver verifies the CA', () => {
    const attack = run(UNRESTRICTED)
    expect(decisionsOf(attack)).toEqual([`${PATCH} allowed`])
    expect(attack.result.workloads[0]).toMatchObject({ failed: 0 })
    expect(taken(attack)).toBeGreaterThan(0)
  })

  test('a compromised node cannot write another node’s address under NodeRestriction', () => {
    const attack = run('authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction]')
    expect(decisionsOf(attack)).toEqual([`${PATCH} 403`])
    expect(taken(attack)).toBe(0)
  })

  test('a compromised node is refused where the apiserver verifies the node’s common name', () => {
    const attack = run(UNRESTRICTED, 'ca+cn')
    expect(decisionsOf(attack)).toEqual([`${PATCH} allowed`])
    expect(attack.result.workloads[0].failures.map(({ reason }) => reason)).toEqual([
      'x509: certificate is not valid for this name',
    ])
    expect(taken(attack)).toBe(0)
  })
})

describe('a request after a refused upgrade', () => {
  const run = (kubernetes: string) => {
    const text = smallCluster({
      kubernetes,
      pods: '{ web: { listens: 8080, token: false }, vault: { account: treasury/vault, token: false } }',
      users: '{ alice: { rules: [{ verbs: [create, get], resources: [pods/exec], namespaces: [default] }] } }',
      paths: '{ logs: { kind: apiserver-kubelet } }',
      workloads: '{ keep: { path: logs, kind: logs, rate: 1/s, for: 3s, response: 100B } }',
    })
    const { blueprint } = scenarioOf(text)
    const { certificate } = blueprint.cluster!.users[0]
    const plan = [step('smuggle-request', { atNs: S, with: certificate })]
    return attacked(blueprint, mallory(plan, onHost('alice', 'user', [certificate])))
  }
  const EXEC = 'master: alice POST /api/v1/namespaces/default/pods/web-1/exec allowed'
  const ONWARD = 'node-1: kube-apiserver-kubelet-client POST /exec/treasury/vault-1/vault allowed'

  test('an apiserver before 1.13 forwards a request after a refused upgrade, so a user with exec on one pod reaches all pods of the node', () => {
    expect(decisionsOf(run('1.12'))).toEqual([EXEC, ONWARD])
  })

  test('a request after a refused upgrade reaches no kubelet from 1.13 on', () => {
    expect(decisionsOf(run('1.13'))).toEqual([EXEC])
  })
})

describe('a Konnectivity agent that claims another node’s address', () => {
  const run = (verify: string) => {
    const text = smallCluster({
      nodes: 2,
      flags: 'authorization-mode: [Node, RBAC], egress-selector-config-file: konnectivity',
      paths: `{ logs: { kind: apiserver-kubelet, from: master, to: node-1, tls: { verify: ${verify} }, tunnel: { kind: konnectivity, via: node-2 } } }`,
      workloads: '{ fresh: { path: logs, kind: logs, connection: per-request, rate: 10/s, for: 5s, response: 100B } }',
    })
    const plan = [step('claim-agent', { atNs: S })]
    const { simulation, result } = attacked(
      byDestination(scenarioOf(text).blueprint),
      mallory(plan, onHost('node-2', 'node')),
    )
    const forged = simulation.attack!.events.amount(0, 0, 'forged-answer-accepted')
    return { forged, fresh: result.workloads[0], channels: result.tunnels.map(({ channels }) => channels) }
  }

  test('a Konnectivity agent that claims another node’s address receives its connections, and impersonates it to clients that do not verify', () => {
    const { forged, fresh, channels } = run('none')
    expect(channels).toEqual([10, 40])
    expect(fresh).toMatchObject({ completed: 50, failed: 0 })
    expect(forged).toBe(40)
  })

  test('a Konnectivity agent that claims another node’s address forwards connections that it cannot decrypt', () => {
    const { forged, fresh, channels } = run('ca')
    expect(channels).toEqual([10, 40])
    expect(fresh).toMatchObject({ completed: 50, failed: 0 })
    expect(forged).toBe(0)
  })
})

describe('root on a node at which a tunnel ends', () => {
  const text = smallCluster({
    nodes: 2,
    paths: '{ pods: { kind: apiserver-pod, from: master, to: pods/web } }',
    workloads: '{ fresh: { path: pods, connection: per-request, rate: 10/s, for: 1s, response: 100B } }',
  })
  const run = (technique: 'impersonate-server' | 'relay') => {
    const plan = [step(technique, { paths: ['pods'] })]
    return attacked(scenarioOf(text).blueprint, mallory(plan, onHost('node-1', 'node')))
  }
  const toPod = ({ result }: AttackedRun, name: string) =>
    result.links.find((link) => link.name === `link/pod-${name}/forward`)!.packets

  test('root on a node at which a tunnel ends answers in the name of pods behind the tunnel, but not of other pods', () => {
    const attack = run('impersonate-server')
    expect(attack.result.workloads[0]).toMatchObject({ completed: 20, failed: 0 })
    expect(attack.simulation.attack!.events.amount(0, 0, 'forged-answer-accepted')).toBe(10)
    expect([toPod(attack, 'web-1'), toPod(attack, 'web-2')]).toEqual([0, 57])
  })

  test('root on a node at which a tunnel ends relays to the pods behind the tunnel', () => {
    const attack = run('relay')
    expect(attack.result.workloads[0]).toMatchObject({ completed: 20, failed: 0 })
    expect(attack.simulation.attack!.events.amount(0, 0, 'relayed')).toBe(10)
  })
})

function byDestination(blueprint: Blueprint): Blueprint {
  const paths = blueprint.paths.map((path) =>
    path.tunnel?.kind === 'konnectivity'
      ? { ...path, tunnel: { ...path.tunnel, strategy: 'destHost' as const } }
      : path,
  )
  return { ...blueprint, paths }
}

describe('a stolen credential', () => {
  const text = smallCluster({
    nodes: 2,
    flags: 'authorization-mode: [AlwaysAllow]',
    pods: '{ web: { listens: 8080 } }',
    paths: '{ pods: { kind: pod-apiserver, from: pods/web } }',
    workloads: '{ keep: { path: pods, kind: list, resource: configmaps, count: 1, rate: 1/s, for: 5s } }',
  })
  const { blueprint } = scenarioOf(text)
  const { token } = blueprint.cluster!.pods[0]
  const asking = step('direct-request', { paths: ['pods'], atNs: 2 * S, with: token, ask: 'list-secrets' })
  const stealing = step('steal-token', { paths: ['pods'], atNs: S })

  test('a stolen credential cannot be presented before it is stolen, so nothing is sent', () => {
    const run = attacked(blueprint, mallory([asking], onHost('node-1', 'node')))
    expect(decisionsOf(run)).toEqual([])
  })

  test('a stolen credential authenticates requests as its owner', () => {
    const run = attacked(blueprint, mallory([stealing, asking], onHost('node-1', 'node')))
    expect(run.simulation.attack!.knowledge.all().map(({ kind, tick }) => [kind, tick])).toEqual([['token', S]])
    expect(new Set(decisionsOf(run))).toEqual(
      new Set(['master: system:serviceaccount:default:default GET /api/v1/secrets allowed']),
    )
  })
})
