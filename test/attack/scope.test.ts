import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { runScenario } from '../../src/testing/index.ts'

interface Way {
  readonly requests?: number
  /** Further keys of the path. */
  readonly path?: string
  /** Flags of the apiserver. */
  readonly flags?: string
  readonly nodes?: number
}

const SSH = { path: ', tunnel: { kind: ssh }', flags: 'ssh-user: core' }
const KONNECTIVITY = {
  path: ', tunnel: { kind: konnectivity }',
  flags: 'egress-selector-config-file: konnectivity',
}

/** Returns the verdicts on attackers of a service whose replicas web-1 to web-3 are on the nodes of the same numbers. */
function onService(
  attackers: string,
  { requests = 30, path = '', flags = '', nodes = 3 }: Way = {},
): readonly VerdictResult[] {
  const { verdicts } = runScenario({
    text: `
version: 1
kubernetes: "1.20"
duration: 30s
cluster:
  nodes: ${nodes}
  pods: { web: { listens: 8443, scheme: https, replicas: 3 } }
  services: { web: { pods: web, port: 443 } }
  apiserver: { flags: { ${flags} } }
paths: { web: { kind: apiserver-service, to: services/web, scheme: https${path} } }
workloads: { web: { path: web, kind: proxy-get, connection: per-request, response: 1000B, requests: ${requests} } }
attackers:
${attackers}
`,
  })
  return verdicts
}

const root = (node: string, technique: string, more = '') =>
  `  root-on-${node}: { on: ${node}, vantage: node, plan: [{ technique: ${technique}, path: web${more} }] }`

describe('root on the node of a replica', () => {
  test('root on a replica’s node reads what load balancing sends to this replica, with scope own', () => {
    const verdicts = onService(['node-1', 'node-2', 'node-3'].map((node) => root(node, 'eavesdrop')).join('\n'))
    expect(verdicts).toMatchObject([
      { victim: 'web-1', scope: 'own', outcomes: ['read'] },
      { victim: 'web-2', scope: 'own', outcomes: ['read'] },
      { victim: 'web-3', scope: 'own', outcomes: ['read'] },
    ])
    const shares = verdicts.map(({ exposure }) => exposure.messages)
    expect(Math.min(...shares)).toBeGreaterThan(0)
    expect(shares.reduce((sum, share) => sum + share)).toBe(30)
  })

  test('root on a replica’s node owns the key of its replica, which all replicas mount', () => {
    expect(onService(root('node-2', 'steal-key'))).toMatchObject([
      { victim: 'web-2', scope: 'own', outcomes: ['credential'], credentials: [{ name: 'web-serving' }] },
    ])
  })

  test('root on the node of a replica answers in the name of its own replica, and of no other', () => {
    const [verdict] = onService(root('node-2', 'impersonate-server'))
    expect(verdict).toMatchObject({ victim: 'web-2', scope: 'own', worst: 'impersonated' })
  })

  test('root on the node of a replica harms only its own replica when it drops what comes to it', () => {
    const [{ victim, scope, worst }] = onService(root('node-2', 'drop', ', at: 5ms, for: 10s'))
    expect([victim, scope]).toEqual(['web-2', 'own'])
    expect(['outage', 'disrupted', 'degraded']).toContain(worst)
  })

  test.each([
    ['node-1', 'web-2'],
    ['node-2', 'web-1'],
    ['node-3', 'web-1'],
  ])(
    'root on a replica’s node reads other replicas that require no credential, with scope other: %s',
    (node, server) => {
      const [{ victim, scope, outcomes, requests, evidence }] = onService(root(node, 'direct-request'))
      expect([victim, scope, outcomes]).toEqual([server, 'other', ['read']])
      expect(requests).toMatchObject([{ server, status: 200 }])
      expect(evidence[0].what).toBe(`${server}:8443 answered get / on ${server} without asking who sends it`)
    },
  )

  test('root on a replica’s node has only scope own if all replicas are its own', () => {
    const alone = onService(root('node-1', 'direct-request'), { nodes: 1 })
    expect(alone).toMatchObject([{ scope: 'own', outcomes: ['read'], requests: [{ server: 'web-1', status: 200 }] }])
  })

  test.each([
    ['SSH', 'node-1', 'web-2', SSH],
    ['SSH', 'node-2', 'web-1', SSH],
    ['Konnectivity', 'node-1', 'web-2', KONNECTIVITY],
    ['Konnectivity', 'node-2', 'web-1', KONNECTIVITY],
  ])(
    'root on a replica’s node relays data of others through a tunnel of %s to %s, and only that counts',
    (_, node, victim, way) => {
      const verdicts = onService(root(node, 'relay'), { ...way, requests: 60 })
      expect(verdicts).toMatchObject([{ victim, scope: 'other', outcomes: ['relayed', 'impersonated', 'read'] }])
      // A third of the connections comes through its node, and two thirds of these are for others: 13.3 of 60.
      const [{ exposure }] = verdicts
      expect(exposure.messages).toBeGreaterThan(4)
      expect(exposure.messages).toBeLessThan(20)
    },
  )
})

describe('root on a node without a replica', () => {
  test('root on a node without a replica observes nothing of the service if no tunnel ends there', () => {
    const verdicts = onService(root('node-4', 'eavesdrop'), { nodes: 4 })
    expect(verdicts).toMatchObject([{ victim: 'web-1', scope: 'other', outcomes: ['unreachable'] }])
  })

  test.each([
    ['SSH', SSH],
    ['Konnectivity', KONNECTIVITY],
  ])('root on a node without a replica relays requests of others through the end of a tunnel of %s', (_, way) => {
    const verdicts = onService(root('node-4', 'relay'), { ...way, nodes: 4 })
    expect(verdicts).toMatchObject([{ scope: 'other', outcomes: ['relayed', 'impersonated', 'read'] }])
  })
})

test('an attacker on the link to a node reads requests to its replica with scope other', () => {
  const attacker = '  eve: { on: control-node-2, vantage: inline, plan: [{ technique: relay, path: web }] }'
  expect(onService(attacker)).toMatchObject([{ victim: 'web-1', scope: 'other', worst: 'relayed' }])
})

test('a pod that is a replica owns requests to it, and nothing of the other replicas', () => {
  const pod = (name: string) => `  ${name}: { on: ${name}, vantage: pod, plan: [{ technique: eavesdrop, path: web }] }`
  const verdicts = onService(['web-1', 'web-2'].map(pod).join('\n'))
  expect(verdicts).toMatchObject([
    { attacker: 'web-1', victim: 'web-1', scope: 'own', outcomes: ['read'] },
    { attacker: 'web-2', victim: 'web-2', scope: 'own', outcomes: ['read'] },
  ])
})

test('root on a node finds its own SSH host key, whichever kubelets use its tunnel', () => {
  const { verdicts } = runScenario({
    text: `
version: 1
kubernetes: "1.14"
cluster: { nodes: 2, apiserver: { flags: { ssh-user: core } } }
paths: { logs: { kind: apiserver-kubelet, to: node-1, tunnel: { kind: ssh } } }
workloads: { logs: { path: logs, kind: logs, requests: 3 } }
attackers:
  root: { on: node-2, vantage: node, plan: [{ technique: steal-key, path: logs }] }
`,
  })
  expect(verdicts).toMatchObject([{ scope: 'own', credentials: [{ name: 'node-2-ssh-host-key' }] }])
})

describe('a pod with its node’s network and NET_RAW', () => {
  const captured = (victim: string, on: string) =>
    runScenario({
      text: `
version: 1
cluster:
  nodes: 2
  pods:
    agent: { hostNetwork: true, listens: 9100, capabilities: [NET_RAW] }
    other: { hostNetwork: true, listens: 9200, token: false }
paths: { scrape: { kind: apiserver-pod, to: ${victim} } }
workloads: { scrape: { path: scrape, kind: proxy-get, requests: 3 } }
attackers: { eve: { on: ${on}, plan: [{ technique: eavesdrop, path: scrape }] } }
`,
    }).verdicts.map(({ scope, outcomes }) => [scope, ...outcomes])

  test('a pod with its node’s network and NET_RAW captures its own packets with scope own', () => {
    expect(captured('agent-1', 'agent-1, vantage: pod')).toEqual([['own', 'read']])
  })

  test('a pod with its node’s network and NET_RAW captures packets of another such pod with scope other', () => {
    expect(captured('other-1', 'agent-1, vantage: pod')).toEqual([['other', 'read']])
  })

  test('a pod with its node’s network and NET_RAW captures nothing of pods on other nodes', () => {
    expect(captured('agent-2', 'agent-1, vantage: pod')).toEqual([['other', 'unreachable']])
  })

  test('root on a node owns a pod with the node’s network and all other pods there', () => {
    expect(captured('agent-1', 'node-1, vantage: node')).toEqual([['own', 'read']])
    expect(captured('other-1', 'node-1, vantage: node')).toEqual([['own', 'read']])
  })
})

test('root on the apiserver’s host reads traffic of pods on nodes with scope other', () => {
  expect(onService(root('master', 'eavesdrop'))).toMatchObject([{ scope: 'other', exposure: { messages: 30, of: 30 } }])
})

test('root on a node owns its replica also if users request the service through the apiserver', () => {
  const steps = (node: string, technique: string) =>
    `root-on-${node}: { on: ${node}, vantage: node, plan: [{ technique: ${technique}, path: web }] }`
  const { verdicts } = runScenario({
    text: `
version: 1
kubernetes: "1.20"
cluster:
  nodes: 3
  pods: { web: { listens: 8443, scheme: https, replicas: 3 } }
  services: { web: { pods: web, port: 443 } }
  users: { alice: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
paths:
  web: { kind: apiserver-service, to: services/web, scheme: https }
  kubectl: { kind: user-apiserver, from: alice }
workloads:
  get: { path: kubectl, kind: proxy-get, target: services/web, connection: per-request, response: 1000B, requests: 30 }
attackers: { ${steps('node-1', 'eavesdrop')}, ${steps('node-2', 'eavesdrop')}, ${steps('node-3', 'impersonate-server')} }
`,
  })
  expect(verdicts).toMatchObject([
    { victim: 'web-1', scope: 'own', outcomes: ['read'] },
    { victim: 'web-2', scope: 'own', outcomes: ['read'] },
    { victim: 'web-3', scope: 'own', outcomes: ['impersonated', 'read'] },
  ])
  expect(verdicts.reduce((sum, { exposure }) => sum + exposure.messages, 0)).toBe(30)
  // Each response has 1000 bytes. Root that responds in the place of its replica reads none.
  expect(verdicts.map(({ exposure }) => exposure.bytes)).toEqual([
    1000 * verdicts[0].exposure.messages,
    1000 * verdicts[1].exposure.messages,
    0,
  ])
})

describe('a permission that root on a node lacks, and the apiserver grants', () => {
  const granted = (step: string, attacker = 'on: node-1, vantage: node') =>
    runScenario({
      text: `
version: 1
kubernetes: "1.14"
cluster:
  nodes: 2
  pods: { web: { listens: 8080 } }
  services: { web: { pods: web, port: 80 } }
  apiserver: { flags: { authorization-mode: [AlwaysAllow] } }
paths:
  pods: { kind: pod-apiserver, from: pods/web }
  logs: { kind: apiserver-kubelet, to: node-1 }
workloads:
  pods: { path: pods, requests: 3 }
  logs: { path: logs, kind: logs, requests: 3 }
attackers: { root: { ${attacker}, plan: [{ technique: direct-request, ${step} }] } }
`,
    }).verdicts.map(({ victim, scope, worst }) => [victim, scope, worst])

  test('a privilege that root on a node gains has scope other, whichever path its step names', () => {
    expect(granted('path: pods, ask: create-pods, with: node-1-kubelet-client')).toEqual([
      ['web-1', 'other', 'privilege'],
      ['web-2', 'other', 'privilege'],
    ])
    expect(granted('path: pods, ask: list-secrets, with: web-token', 'on: web-1, vantage: pod')).toEqual([
      ['web-1', 'other', 'privilege'],
      ['web-2', 'other', 'privilege'],
    ])
  })

  test('a privilege that root on a node gains has scope own if it controls the apiserver', () => {
    expect(
      granted('path: pods, ask: list-secrets, with: web-token', 'on: master, vantage: node, holds: [web-token]'),
    ).toEqual([
      ['web-1', 'own', 'privilege'],
      ['web-2', 'own', 'privilege'],
    ])
  })

  test('a privilege about root’s own node has scope own', () => {
    const step = 'path: logs, ask: node-proxy-exec, with: node-1-kubelet-client'
    expect(granted(step)).toEqual([['node-1', 'own', 'privilege']])
    expect(granted(step, 'on: node-2, vantage: node, holds: [node-1-kubelet-client]')).toEqual([
      ['node-1', 'other', 'privilege'],
    ])
  })
})
