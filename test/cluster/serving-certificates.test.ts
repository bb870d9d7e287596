import { describe, expect, test } from 'vitest'
import { loadScenario, simulateText } from '../../src/index.ts'

const FLAG = 'kubelet-certificate-authority: cluster-ca'

/** A cluster of one node that kubeadm set up, with a request of each kind that reaches a kubelet and some that do not. */
function cluster(flags: string, kubelet: string, more = ''): string {
  return `version: 1
kubernetes: "1.30"
cluster:
  preset: kubeadm-default
  nodes: 1
  apiserver: { flags: { ${flags} } }
  kubelet: ${kubelet}
${more}
workloads:
  logs: { path: users, kind: logs, target: pods/web, requests: 2 }
  exec: { path: users, kind: exec, target: pods/web, rate: 5/s, for: 1s }
  forward: { path: users, kind: port-forward, target: pods/web, response: 1KB, requests: 2 }
  node: { path: users, kind: proxy-get, target: nodes/node-1, requests: 2 }
  pod: { path: users, kind: proxy-get, target: pods/web, requests: 2 }
  beats: { path: kubelets, kind: heartbeat, for: 30s }
  ${['kubelet-watch', 'scheduler-list', 'pod-list', 'node-metrics', 'pod-get', 'service-get', 'kubectl-list', 'kubectl-logs', 'kubectl-exec', 'kubectl-port-forward', 'kubectl-proxy', 'heartbeats'].map((name) => `${name}: null`).join('\n  ')}
`
}

/** The messages with which each workload failed; none where all its requests were answered. */
function failuresOf(text: string): Readonly<Record<string, readonly string[]>> {
  const { workloads } = simulateText(text)
  return Object.fromEntries(
    workloads.map(({ name, failures }) => [name, failures.map(({ reason, message }) => message ?? reason)]),
  )
}

/** What every request that reaches a kubelet fails with, where the apiserver's handshake fails for this reason. */
const broken = (reason: string) => ({
  logs: [reason],
  exec: [`error dialing backend: ${reason}`],
  forward: [`error dialing backend: ${reason}`],
  node: [`error trying to reach service: ${reason}`],
  pod: [],
  beats: [],
})
const WHOLE = { logs: [], exec: [], forward: [], node: [], pod: [], beats: [] }

/** The codes of the warnings about a scenario, and the parts of the scenario that they are about. */
function warningsOf(text: string): string[] {
  const loaded = loadScenario({ text, file: 'test.yaml' })
  return loaded.ok ? loaded.warnings.map(({ code, message, hint }) => `${code}: ${message}. ${hint}`) : ['invalid']
}

describe('kubelets as kubeadm leaves them', () => {
  test('an apiserver that does not verify reaches kubelets with kubeadm’s default certificates', () => {
    const text = cluster('', '{}')
    expect(failuresOf(text)).toMatchObject(WHOLE)
    expect(warningsOf(text)).toEqual([])
  })

  test('an apiserver that verifies does not reach kubelets with kubeadm’s defaults, though heartbeats and pods work', () => {
    const text = cluster(FLAG, '{}')
    expect(failuresOf(text)).toMatchObject(broken('x509: certificate is not valid for this name'))
    expect(warningsOf(text)).toEqual([
      expect.stringMatching(
        /^incomplete: logs, exec, .* refuses node-1-kubelet of node-1 .x509: certificate is not valid for this name.*serverTLSBootstrap: true/,
      ),
    ])
  })

  test('an apiserver with an empty CA flag verifies nothing and reaches kubelets', () => {
    const text = cluster('kubelet-certificate-authority: ""', '{}')
    expect(failuresOf(text)).toMatchObject(WHOLE)
    expect(warningsOf(text)).toEqual([])
  })

  test('kubelets with a self-issued certificate are refused for the issuer, even if it has the dialled address', () => {
    const own = 'identities: { node-1-kubelet: { kind: certificate, issuer: node-1-kubelet-ca, sans: [10.7.0.1] } }'
    const text = cluster(FLAG, '{}', `hosts: { node-1: { addresses: [10.7.0.1] } }\n${own}`)
    expect(failuresOf(text).logs).toEqual(['x509: certificate signed by unknown authority'])
  })

  test('an apiserver that does not verify reaches kubelets with an expired certificate, which is never renewed', () => {
    const expired = 'identities: { node-1-kubelet: { notBefore: -365d, notAfter: -1d } }'
    expect(failuresOf(cluster('', '{}', expired))).toMatchObject(WHOLE)
  })
})

describe('kubelets that request their serving certificate', () => {
  const REQUESTING = 'config: { serverTLSBootstrap: true }'

  test('kubelets that request their serving certificate are not reached before its approval, even without verification', () => {
    const text = cluster('', `{ ${REQUESTING} }`)
    expect(failuresOf(text)).toMatchObject(broken('remote error: tls: internal error'))
    expect(warningsOf(text)).toEqual([expect.stringMatching(/^incomplete: .* waits for approval/)])
  })

  test('kubelets that request their serving certificate are reached with and without verification after its approval', () => {
    for (const flag of [FLAG, '']) {
      const text = cluster(flag, `{ ${REQUESTING}, server-certificate: issued }`)
      expect(failuresOf(text)).toMatchObject(WHOLE)
      expect(warningsOf(text)).toEqual([])
    }
  })

  test('an apiserver that verifies refuses kubelets whose requested certificate has expired', () => {
    const expired = 'identities: { node-1-kubelet-serving: { notBefore: -365d, notAfter: -1d } }'
    const text = cluster(FLAG, `{ ${REQUESTING}, server-certificate: issued }`, expired)
    expect(failuresOf(text).logs).toEqual(['x509: certificate has expired or is not yet valid'])
  })
})

test('a path that verifies kubelets has certificates of the cluster CA', () => {
  const text = cluster('', '{}', 'paths: { logs: { tls: { verify: ca } } }').replace(
    'logs: { path: users, kind: logs, target: pods/web, requests: 2 }',
    'logs: { path: logs, kind: logs, requests: 2 }',
  )
  expect(failuresOf(text)).toMatchObject(WHOLE)
})

describe('the certificate that a kubelet makes for itself', () => {
  const identitiesAt = (version: string) => {
    const text = `version: 1\nkubernetes: "${version}"\ncluster: { nodes: 1 }\npaths: { logs: { kind: apiserver-kubelet } }\nworkloads: { logs: { path: logs, kind: logs, requests: 1 } }`
    const loaded = loadScenario({ text, file: 'test.yaml' })
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
    return new Map(loaded.scenario.blueprint.identities.map((identity) => [identity.name, identity]))
  }

  test('a self-made kubelet certificate is for the host name only, and from 1.10 on signed by its own CA in the same file', () => {
    const identities = identitiesAt('1.10')
    expect(identities.get('node-1-kubelet')).toMatchObject({
      cn: 'node-1@1795478400',
      sans: ['node-1'],
      issuer: 'node-1-kubelet-ca',
      includesIssuer: true,
    })
    expect(identities.get('node-1-kubelet-ca')).toMatchObject({ cn: 'node-1-ca@1795478400', sans: [] })
  })

  test('a self-made kubelet certificate is self-signed before 1.10', () => {
    const identities = identitiesAt('1.9')
    expect(identities.get('node-1-kubelet')).toMatchObject({ cn: 'node-1@1795478400', issuer: null })
    expect(identities.has('node-1-kubelet-ca')).toBe(false)
  })
})
