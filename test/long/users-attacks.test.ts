import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'

const GKE = 'scenarios/presets/gke-ssh-tunnels.yaml'
const KUBEADM = 'scenarios/presets/kubeadm-default.yaml'

function worstOf(verdicts: readonly VerdictResult[]): string[] {
  return verdicts.map(({ victim, worst }) => `${victim} ${worst}`)
}

function can(verdicts: readonly VerdictResult[]): string[] {
  return verdicts.flatMap(({ privileges }) =>
    privileges.map(({ as, verb, resource, on }) => `${as} ${verb} ${resource} ${on}`),
  )
}

describe('a user who sends a request after a refused upgrade', () => {
  const MAY_EXEC = 'cluster.users.alice.rules=[{ verbs: [create, get], resources: [pods/exec], namespaces: [default] }]'
  const smuggled = (...set: string[]) => runScenario(GKE, { attack: 'smuggled-request', set: [MAY_EXEC, ...set] })

  test('a user with a refused upgrade acts as the apiserver to each kubelet, through a tunnel too', () => {
    const { verdicts } = smuggled()
    expect(can(verdicts)).toEqual([1, 2, 3].map((n) => `kube-apiserver-kubelet-client create nodes/proxy node-${n}`))
  })

  test('a user with a refused upgrade reaches no kubelet from 1.13 on', () => {
    const { verdicts } = smuggled('kubernetes="1.13"')
    expect(worstOf(verdicts)).toEqual(['node-1 no-effect', 'node-2 no-effect', 'node-3 no-effect'])
  })

  test('a user without permission to exec cannot use a refused upgrade', () => {
    const { verdicts } = smuggled('cluster.users.alice.rules=[]')
    expect(can(verdicts)).toEqual([])
  })
})

describe('a user who gives a service the apiserver’s address', () => {
  const FRESH = 'workloads.heartbeats.connection=per-request'
  const redirected = (...set: string[]) => runScenario(KUBEADM, { attack: 'external-ip', set })

  test('a service with the apiserver’s address denies service to kubelets that connect, which report the reason', () => {
    const { verdicts } = redirected(FRESH)
    expect(worstOf(verdicts)).toEqual(['node-1 privilege', 'node-2 disrupted', 'node-3 disrupted'])
    expect(verdicts.map(({ noticed }) => noticed)).toEqual(['security', 'security', 'security'])
    expect(can(verdicts)).toEqual(['alice create services default'])
  })

  test('a service with the apiserver’s address reads requests of kubelets that verify nothing, with packets as evidence', () => {
    const { verdicts } = redirected(FRESH, 'paths.kubelets.tls.verify=none')
    const taken = verdicts.map(({ evidence }) => evidence.find(({ what }) => what.includes('received a request')))
    expect(taken.map((evidence) => evidence?.link)).toEqual(verdicts.map(() => 'link/pod-web-2/forward'))
  })

  test('a service with the apiserver’s address does not affect established connections', () => {
    const { verdicts } = redirected()
    expect(verdicts.map(({ noticed }) => noticed)).toEqual(['none', 'none', 'none'])
  })

  test('a service with the apiserver’s address is refused under DenyServiceExternalIPs', () => {
    const { verdicts } = redirected(
      FRESH,
      'cluster.apiserver.flags.enable-admission-plugins=[NodeRestriction, DenyServiceExternalIPs]',
    )
    expect(can(verdicts)).toEqual([])
    expect(verdicts.map(({ noticed }) => noticed)).toEqual(['none', 'none', 'none'])
  })

  test('a service with the apiserver’s address does not affect packets of the nodes themselves before 1.21', () => {
    const { verdicts } = redirected(FRESH, 'kubernetes="1.20"')
    expect(can(verdicts)).toEqual(['alice create services default'])
    expect(verdicts.map(({ noticed }) => noticed)).toEqual(['none', 'none', 'none'])
  })
})

describe('a step without a credential', () => {
  test('a step without a credential uses the user’s own credential when the attacker is a user', () => {
    const rules = 'cluster.users.alice.rules=[{ verbs: [create, get], resources: [pods/exec], namespaces: [default] }]'
    const set = [
      'attackers.smuggler.holds=[]',
      'attackers.smuggler.plan.0={ at: 1s, technique: smuggle-request, path: the kubelet path }',
    ]
    const { verdicts } = runScenario(GKE, { attack: 'smuggled-request', set: [rules, ...set] })
    expect(can(verdicts)).toHaveLength(3)
  })

  test('a step without a credential uses the token of the metadata server when it requests a node’s certificate', () => {
    const step = `{ at: 1s, technique: bootstrap-node, path: "the kubelet's path to the apiserver" }`
    const set = ['cluster.join.bootstrap=true', `attackers.kubeletmein.plan.0=${step}`]
    const { verdicts } = runScenario(GKE, { attack: 'bootstrap-credentials', set })
    expect(can(verdicts)).toHaveLength(6)
  })
})

describe('a user with permission on nodes/proxy', () => {
  const asks = (ask: string, ...verbs: string[]) =>
    runScenario(
      {
        text: `
version: 1
name: monitor
cluster:
  preset: kubeadm-default
  users: { alice: { rules: [{ verbs: [${verbs}], resources: [nodes/proxy] }] } }
attackers:
  thief:
    on: node-2
    vantage: pod
    holds: [alice-client]
    plan: [{ technique: direct-request, path: logs, with: alice-client, ask: ${ask} }]
`,
      },
      {},
    ).verdicts.filter(({ victim }) => victim === 'node-1')

  test('a user with get on nodes/proxy runs commands in any container, because a WebSocket begins with GET', () => {
    expect(can(asks('exec', 'get'))).toEqual(['alice get nodes/proxy node-1'])
  })

  test('a user with create on nodes/proxy runs commands over SPDY, and without get or create none', () => {
    expect(can(asks('exec', 'get', 'create'))).toEqual(['alice create nodes/proxy node-1'])
    expect(worstOf(asks('exec', 'list'))).toEqual(['node-1 no-effect'])
  })
})

describe('a user who gives a service a node’s address and the kubelet’s port', () => {
  const ATTACKER =
    'attackers={ mallory: { as: alice, vantage: user, plan: [{ at: 2s, for: 30s, technique: redirect-service, path: logs }] } }'
  const TRAFFIC =
    'workloads.logs={ path: logs, kind: logs, response: 1000B, connection: per-request, rate: 5/s, for: 10s, requests: null }'
  const outcomes = (file: string, ...set: string[]) =>
    runScenario(file, { set: [ATTACKER, TRAFFIC, ...set] }).verdicts.find(({ victim }) => victim === 'node-1')?.outcomes
  const at = (version: string, ...set: string[]) => outcomes(KUBEADM, `kubernetes="${version}"`, ...set)
  /** That the user may create services is a privilege of its own, which the outcomes hold too. */
  const DECEIVED = expect.arrayContaining(['impersonated', 'read'])
  const NOT_DECEIVED = ['privilege']

  test('a service with a kubelet’s address and port impersonates the kubelet from 1.21 on, through the master’s kube-proxy', () => {
    expect(at('1.20')).toEqual(NOT_DECEIVED)
    expect(at('1.21')).toEqual(DECEIVED)
    expect(at('1.30')).toEqual(DECEIVED)
  })

  test('a service is created for the address of each server of the attacker’s paths', () => {
    const { verdicts } = runScenario(KUBEADM, { set: [ATTACKER, TRAFFIC] })
    expect(verdicts.map(({ victim, outcomes }) => [victim, outcomes])).toEqual([
      ['node-1', DECEIVED],
      ['node-2', DECEIVED],
      ['node-3', DECEIVED],
    ])
  })

  test('a service with a kubelet’s address stops responding after the step, and clients notice', () => {
    const during = (time: string) => {
      const { verdicts, workloads } = runScenario(KUBEADM, { set: [ATTACKER.replace('for: 30s', time), TRAFFIC] })
      const [{ exposure }] = verdicts
      return { taken: exposure.messages, failed: workloads.find(({ name }) => name === 'logs')?.failures ?? [] }
    }
    const [short, long] = [during('for: 3s'), during('for: 30s')]
    expect(long.failed).toEqual([])
    expect([short.taken < long.taken / 2, short.failed.map(({ reason }) => reason)]).toEqual([
      true,
      ['connection reset'],
    ])
  })

  test('a service with a kubelet’s address works from 1.24 on without a kube-proxy on the master, through the node’s own', () => {
    const HOSTED = 'cluster.control-plane=hosted'
    expect(at('1.23', HOSTED)).toEqual(NOT_DECEIVED)
    expect(at('1.24', HOSTED)).toEqual(DECEIVED)
  })

  test('a service with a kubelet’s address works at every version in the mode ipvs', () => {
    expect(at('1.11', 'cluster.kube-proxy.mode=ipvs')).toEqual(DECEIVED)
  })

  test('a service with a kubelet’s address is detected by an apiserver that verifies the kubelet’s certificate', () => {
    const verified = outcomes('scenarios/presets/kubeadm-hardened.yaml')
    expect(verified).not.toContain('impersonated')
    expect(verified).not.toContain('read')
  })
})
