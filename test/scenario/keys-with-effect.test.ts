import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

/** A cluster with a path of each kind that TLS protects, each with traffic. The values below must change its result. */
const CLUSTER = `
version: 1
kubernetes: "1.30"
duration: 1s
identities:
  other-ca: { kind: ca }
  wrong: { kind: certificate, cn: wrong, sans: [wrong], usages: [server] }
  other-client: { kind: certificate, issuer: other-ca, usages: [client] }
  other-token: { kind: service-account-token, account: default/other }
  web-serving: { kind: certificate, cn: web, sans: [web, web-1, 10.0.0.9], usages: [server] }
hosts: { web-1: { addresses: [10.0.0.9] } }
cluster:
  nodes: { pool: { count: 2 } }
  pods: { web: { listens: 8443, scheme: https, replicas: 1 } }
  services: { web: { pods: web } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
  kubelet:
    server-certificate: issued
    config: { authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: Webhook } }
  apiserver: { flags: { authorization-mode: [Node, RBAC] } }
paths:
  users: { kind: user-apiserver }
  kubelets: { kind: apiserver-kubelet, tls: { verify: ca } }
  heartbeats: { kind: kubelet-apiserver }
  pods: { kind: pod-apiserver }
  components: { kind: component-apiserver }
  nodes: { kind: apiserver-node, tls: { verify: ca } }
  exporters: { kind: apiserver-node, port: 9100, tls: { verify: ca } }
  proxied: { kind: apiserver-pod, tls: { verify: ca } }
  services: { kind: apiserver-service, tls: { verify: ca } }
  others: { kind: custom, from: pool-1, to: web-1, port: 99, tls: { verify: ca } }
workloads:
  users: { path: users, kind: list }
  kubelets: { path: kubelets, kind: logs }
  heartbeats: { path: heartbeats, kind: list, resource: nodes }
  pods: { path: pods, requests: 1 }
  components: { path: components, kind: list, resource: nodes }
  nodes: { path: nodes, requests: 1 }
  exporters: { path: exporters, requests: 1 }
  proxied: { path: proxied, requests: 1 }
  services: { path: services, requests: 1 }
  others: { path: others, requests: 1 }
`

/** Returns the result with overrides, as text, or what is wrong with the scenario. */
function outcome(...set: string[]): { readonly result: string } | { readonly refusals: readonly string[] } {
  const loaded = loadScenario({ text: CLUSTER, file: 'cluster.yaml' }, { set })
  if (!loaded.ok) return { refusals: loaded.problems.map(({ message }) => message) }
  return { result: JSON.stringify(run(loaded.scenario).result) }
}

const PATHS = [
  'users',
  'kubelets',
  'heartbeats',
  'pods',
  'components',
  'nodes',
  'exporters',
  'proxied',
  'services',
  'others',
]

const VALUES = [
  'tls.identity=wrong',
  'tls.ca=other-ca',
  'tls.client-ca=other-ca',
  'tls.client={ certificate: other-client }',
  'tls.client={ token: other-token }',
  'tls.version="1.2"',
  'tls.key-exchange=x25519mlkem768',
  'tls.verify=none',
  'tls.verify=ca+cn',
  'port=444',
  'scheme=http',
  'tunnel=konnectivity',
]

test('all requests of the cluster for key tests complete unchanged', () => {
  const loaded = loadScenario({ text: CLUSTER, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems[0].message)
  expect(run(loaded.scenario).result.workloads.filter(({ failed }) => failed > 0)).toEqual([])
})

describe('every key of a path in a cluster changes the result, or is refused', () => {
  const before = outcome()
  test.each(PATHS.flatMap((path) => VALUES.map((value) => `paths.${path}.${value}`)))(
    'every key of a path in a cluster changes the result, or is refused: %s',
    (set) => {
      expect(before).toHaveProperty('result')
      expect(outcome(set)).not.toEqual(before)
    },
  )
})

describe('a certificate that a path names', () => {
  const failedOf = (set: readonly string[], workload: string) => {
    const loaded = loadScenario({ text: CLUSTER, file: 'cluster.yaml' }, { set })
    if (!loaded.ok) throw new Error(loaded.problems[0].message)
    const found = run(loaded.scenario).result.workloads.find(({ name }) => name === workload)!
    return { completed: found.completed, failures: found.failures }
  }

  test('a certificate named on a path is presented by the kubelet, and the apiserver refuses it for another name', () => {
    const certificate = [{ reason: 'x509: certificate is not valid for this name', count: 2 }]
    expect(failedOf(['paths.kubelets.tls.identity=wrong'], 'kubelets')).toEqual({ completed: 0, failures: certificate })
    expect(failedOf([], 'kubelets')).toEqual({ completed: 2, failures: [] })
  })

  test('a certificate named on a path is presented by the apiserver, on other paths too', () => {
    expect(failedOf(['paths.pods.tls.identity=wrong'], 'users')).toMatchObject({ completed: 0 })
    expect(failedOf(['paths.pods.tls.identity=wrong'], 'heartbeats')).toMatchObject({ completed: 0 })
  })
})

describe('keys of hosts and of Konnectivity that no program reads are refused', () => {
  test.each([
    ['hosts.alice.certificate=wrong', 'no path leads to a TLS server on alice'],
    ['hosts.alice.zone=a', 'alice is no node of a cluster, and only nodes have zones'],
    ['hosts.web-1.zone=a', 'web-1 is no node of a cluster, and only nodes have zones'],
    [
      'hosts.web-1.kubernetes="1.29"',
      'only a node of a cluster, and a host on which a path of kubectl begins, has a Kubernetes version',
    ],
    [
      'hosts.master.kubernetes="1.29"',
      'only a node of a cluster, and a host on which a path of kubectl begins, has a Kubernetes version',
    ],
    [
      'cluster.konnectivity.keepalive=1s',
      'the apiserver uses no Konnectivity server, since --egress-selector-config-file is empty',
    ],
  ])('keys of hosts and of Konnectivity that no program reads are refused: %s', (set, message) => {
    expect(outcome(set)).toEqual({ refusals: [message] })
  })

  test('a pod that serves https presents the certificate of its host, with or without a declared path', () => {
    const certificates = (set: readonly string[]) => {
      const loaded = loadScenario({ text: CLUSTER, file: 'cluster.yaml' }, { set })
      return loaded.ok ? loaded.scenario.blueprint.cluster?.pods.map((pod) => pod.servingCertificate) : null
    }
    expect(certificates([])).toEqual(['web-serving'])
    expect(certificates(['hosts.web-1.certificate=wrong'])).toEqual(['wrong'])
    expect(certificates(['paths.proxied.tls.identity=wrong'])).toEqual(['wrong'])
  })
})
