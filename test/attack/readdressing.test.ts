import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'

interface Readdressing {
  readonly version?: string
  /** The attacker's place and what it holds, as YAML in one line. */
  readonly place?: string
  /** Parameters of the step, as YAML in one line with a comma before each. */
  readonly step?: string
  /** `tls.verify` of the path to kubelets. */
  readonly verify?: string
  readonly logs?: string
  /** Whether kubelets have heartbeats that the scenario declares. */
  readonly hasHeartbeats?: boolean
}

/**
 * Runs a cluster of two nodes without NodeRestriction. After a second the attacker writes its address into the status of
 * node-1. Users then request logs of the pod there each second, type into it, and forward a port to it.
 */
function run({
  version = '1.30',
  place = 'on: node-2, vantage: node',
  step = '',
  verify = 'none',
  logs = '',
  hasHeartbeats = true,
}: Readdressing) {
  const text = `version: 1
duration: 40s
kubernetes: "${version}"
cluster:
  nodes: 2
  pods: { web: { listens: 8080, token: false } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
  kubelet: { config: { authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: Webhook } } }
paths:
  kubelet: { kind: apiserver-kubelet, tls: { verify: ${verify} } }
  users: { kind: user-apiserver }
  heartbeats: { kind: kubelet-apiserver }
workloads:
${hasHeartbeats ? '  beats: { path: heartbeats, kind: heartbeat }' : ''}
  exec: { path: users, kind: exec, target: pods/web-1, rate: 5/s, for: 2s, start: 2s, carries: [typed] }
  forward: { path: users, kind: port-forward, target: pods/web-1, response: 1KB, start: 2s, carries: [forwarded] }
  logs: { path: users, kind: logs, target: pods/web-1, response: 1KB, rate: 1/s, for: 30s, start: 2s, carries: [logged]${logs} }
identities: { bad: { kind: certificate, issuer: self-signed, sans: [node-1] } }
attackers:
  rogue: { ${place}, plan: [{ at: 1s, technique: readdress-node, path: kubelet${step} }] }
expect:
  - secret(typed) stays secret from rogue
  - secret(logged) stays secret from rogue
`
  const result = runScenario({ text })
  const verdict = result.verdicts.find(({ victim }) => victim === 'node-1')!
  const failures = (name: string) =>
    result.workloads.find((each) => each.name === name)!.failures.map(({ message, reason }) => message ?? reason)
  const kept = result.expectations.map(({ met }) => met)
  const workloads = result.workloads.map(({ name }) => name)
  return { verdict, workloads, failures, isTypedKept: kept[0], isLoggedKept: kept[1] }
}

const NO_FAILURES = { exec: [], forward: [], logs: [] }
const failuresIn = ({ failures }: ReturnType<typeof run>) => ({
  exec: failures('exec'),
  forward: failures('forward'),
  logs: failures('logs'),
})

describe('root on a node that writes its address into another node’s status', () => {
  test.each(['1.12', '1.24', '1.30', '1.37'])(
    'root on a node that writes its address into another node’s status impersonates that kubelet, and nobody notices, at %s',
    (version) => {
      const attack = run({ version })
      expect(failuresIn(attack)).toEqual(NO_FAILURES)
      expect(attack.verdict).toMatchObject({ outcomes: ['impersonated', 'read'], noticed: 'none' })
      expect(attack.isTypedKept).toBe(false)
    },
  )

  test.each([
    ['1.30', true],
    ['1.30', false],
    ['1.31', true],
    ['1.31', false],
    ['1.37', true],
  ])(
    'a node with a rewritten address loses requests until its kubelet restores it, within ten seconds, at %s, declared heartbeats: %s',
    (version, hasHeartbeats) => {
      const { verdict, workloads } = run({ version, hasHeartbeats })
      const { exposure } = verdict
      expect(workloads).toEqual([...(hasHeartbeats ? ['beats'] : []), 'exec', 'forward', 'logs'])
      // Logs are requested each second from 2 s to 31 s; port-forward is one more request, and exec has ten keys.
      expect(exposure.of).toBe(30 + 1 + 10)
      expect(exposure.messages).toBeGreaterThan(3 + 10)
      expect(exposure.messages).toBeLessThanOrEqual(10 + 1 + 10)
    },
  )

  test('a node that writes its address into another’s status is accepted by an apiserver that verifies, since its certificate has that address', () => {
    const attack = run({ verify: 'ca' })
    expect(failuresIn(attack)).toEqual(NO_FAILURES)
    expect(attack.verdict.outcomes).toContain('impersonated')
    expect(attack.isTypedKept).toBe(false)
  })
})

describe('a certificate that is not suitable', () => {
  const X509 = 'x509: certificate is not valid for this name'
  const unsuitable = [
    ['of another node, where the name is verified', { verify: 'ca+cn' }],
    ['that signs itself', { verify: 'ca', place: 'on: node-2, vantage: node, holds: [bad]', step: ', presents: bad' }],
  ] as const

  test.each(unsuitable)(
    'unsuitable certificate: %s ends requests with the x509 error, and the apiserver notices',
    (_, options) => {
      const attack = run(options)
      expect(failuresIn(attack)).toEqual({
        exec: [`error dialing backend: ${X509}`],
        forward: [`error dialing backend: ${X509}`],
        logs: [X509],
      })
      expect(attack.verdict.noticed).toBe('security')
      expect(attack.verdict.noticedBy).toEqual([{ host: 'master', log: 'kube-apiserver', reason: X509 }])
      expect(attack.verdict.outcomes).not.toContain('impersonated')
      expect([attack.isTypedKept, attack.isLoggedKept]).toEqual([true, true])
    },
  )

  test('an unsuitable certificate is accepted for logs if the user asks the apiserver not to verify, but not for exec', () => {
    const attack = run({ verify: 'ca+cn', logs: ', insecure-skip-tls-verify-backend: true' })
    expect(failuresIn(attack)).toEqual({
      ...NO_FAILURES,
      exec: [`error dialing backend: ${X509}`],
      forward: [`error dialing backend: ${X509}`],
    })
    // The user's exec fails because of the attacker.
    expect(attack.verdict.outcomes).toEqual(['impersonated', 'read', 'disrupted'])
    expect(attack.isTypedKept).toBe(true)
  })
})

test('a rogue node accepts no connection after its step, while the apiserver still has its address', () => {
  const short = run({ step: ', for: 500ms' })
  expect(short.verdict.outcomes).not.toContain('impersonated')
  expect(short.isTypedKept).toBe(true)
  expect(short.failures('logs').length).toBeGreaterThan(0)
  const whole = run({})
  expect(whole.verdict.outcomes).toContain('impersonated')
  expect(whole.isTypedKept).toBe(false)
})

describe('the node whose address is written', () => {
  test.each([
    ['pod-proxy', ['node-1', 'node-3']],
    ['service-proxy', ['node-1']],
    ['kubelets', ['node-1', 'node-3']],
    ['users', []],
    ['components', []],
  ])('a step rewrites the address of the node of the path’s pod or kubelet: %s', (path, nodes) => {
    const { verdicts } = runScenario({
      text: `
version: 1
duration: 5s
cluster: { preset: gke-ssh-tunnels, nodes: 3 }
attackers: { m: { on: node-2, vantage: node, plan: [{ at: 1s, technique: readdress-node, path: ${path} }] } }
`,
    })
    const gained = verdicts.flatMap(({ privileges }) => privileges)
    expect(gained.map(({ verb, resource, on }) => `${verb} ${resource} on ${on}`)).toEqual(
      nodes.map((node) => `patch nodes/status on ${node}`),
    )
    if (nodes.length === 0) expect(verdicts.map(({ worst }) => worst)).toEqual(['not-applicable'])
  })
})
