import { describe, expect, test } from 'vitest'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { type SmallCluster, smallCluster } from '../cluster/small-cluster.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const USERS = '{ users: { kind: user-apiserver } }'
const NO_REVIEWS = '{ authorization: { mode: AlwaysAllow }, authentication: { webhook: { enabled: false } } }'

function expanded(cluster: Partial<SmallCluster>) {
  const defaults = { config: NO_REVIEWS, paths: USERS, workloads: '{}' }
  return expandBlueprint(scenarioOf(smallCluster({ ...defaults, ...cluster })).blueprint)
}

/** Returns the names and origins of the paths that the expansion adds. */
function addedPaths(cluster: Partial<SmallCluster>) {
  return expanded(cluster).paths.flatMap(({ name, origin }) => (origin === undefined ? [] : [[name, origin]]))
}

describe('the expansion of a cluster', () => {
  test('the expansion of a cluster adds no path when kubelets send no reviews and no user connects into the cluster', () => {
    expect(addedPaths({})).toEqual([])
  })

  test('the expansion of a cluster adds a path from each kubelet that sends access reviews to the apiserver', () => {
    const webhook = '{ authorization: { mode: AlwaysAllow }, authentication: { webhook: { enabled: true } } }'
    expect(addedPaths({ config: webhook, nodes: 2 })).toEqual([
      ['~kubelet-apiserver/node-1', 'kubelet of node-1 (authentication.webhook.enabled)'],
      ['~kubelet-apiserver/node-2', 'kubelet of node-2 (authentication.webhook.enabled)'],
    ])
  })

  test('the expansion of a cluster adds no path from a kubelet whose path is declared', () => {
    const paths = '{ users: { kind: user-apiserver }, kubelets: { kind: kubelet-apiserver, from: node-1 } }'
    const config = '{ authorization: { mode: Webhook }, authentication: { webhook: { enabled: false } } }'
    expect(addedPaths({ config, nodes: 2, paths })).toEqual([
      ['~kubelet-apiserver/node-2', 'kubelet of node-2 (authorization.mode: Webhook)'],
    ])
  })

  test('the expansion of a cluster adds one path to the kubelet of a pod for all exec workloads into that pod', () => {
    const workloads = `{ exec: { path: users, kind: exec, target: pods/web, requests: 1 },
      logs: { path: users, kind: logs, target: pods/web, requests: 1 } }`
    expect(addedPaths({ workloads })).toEqual([
      ['~apiserver-kubelet/node-1', 'workload exec (exec), verify: none (no --kubelet-certificate-authority)'],
    ])
  })

  test('the expansion of a cluster adds paths to a pod, or to a service and its endpoints, when a user proxies to it', () => {
    const workloads = `{ pod: { path: users, kind: proxy-get, target: pods/web, requests: 1 },
      service: { path: users, kind: proxy-get, target: services/web, requests: 1 } }`
    const services = '{ web: { pods: web, port: 80 } }'
    expect(addedPaths({ workloads, services })).toEqual([
      ['~apiserver-pod/web-1', 'workload pod (proxy-get)'],
      ['~apiserver-service/web', 'workload service (proxy-get)'],
      ['~~apiserver-service/web/web-1', 'endpoint web-1 of the service web'],
    ])
  })

  test('the expansion of a cluster adds the paths on which nodes join and get certificates', () => {
    const text = smallCluster({ config: NO_REVIEWS, paths: USERS, workloads: '{}' })
    const joining = text.replace('  nodes: 1\n', '  nodes: 1\n  join: { bootstrap: true }\n')
    const { paths, activity } = expandBlueprint(scenarioOf(joining).blueprint)
    expect(activity.certifiedNodes.map(({ name }) => name)).toEqual(['node-1'])
    expect(paths.map(({ name, tls }) => [name, tls?.verify]).slice(1)).toEqual([
      ['~join/node-1/discovery', 'none'],
      ['~join/node-1/token', 'ca'],
      ['~join/node-1/verified', 'ca'],
      ['~certificate-controller', 'ca'],
    ])
  })

  test('the expansion of a cluster adds a path from each kube-proxy when an endpoint of a service restarts', () => {
    const added = addedPaths({
      services: '{ web: { pods: web } }',
      more: 'events: [{ at: 1s, restart: web-1 }]',
    })
    expect(added).toEqual([
      ['~kube-proxy/master', 'kube-proxy of master (a service changes)'],
      ['~kube-proxy/node-1', 'kube-proxy of node-1 (a service changes)'],
    ])
  })
})

describe('a path that the expansion adds', () => {
  const exec = '{ exec: { path: users, kind: exec, target: pods/web, requests: 1 } }'

  test('a path that the expansion adds verifies servers as --kubelet-certificate-authority requires', () => {
    const flags = 'kubelet-certificate-authority: cluster-ca'
    const { lookups } = expanded({ flags, workloads: exec })
    expect(lookups.paths.toKubelet.get('node-1')).toMatchObject({
      tls: { verify: 'ca', ca: 'cluster-ca', client: { kind: 'certificate' } },
      origin: 'workload exec (exec), verify: ca (--kubelet-certificate-authority)',
    })
  })

  test('a path that the expansion adds uses the newest TLS version that an older kubelet has', () => {
    const versions = smallCluster({ kubernetes: '1.18', config: NO_REVIEWS, paths: USERS, workloads: exec })
    const older = versions.replace('node-1: { cpu: instant }', 'node-1: { cpu: instant, kubernetes: "1.16" }')
    const { lookups } = expandBlueprint(scenarioOf(older).blueprint)
    expect(lookups.paths.toKubelet.get('node-1')?.tls?.version).toBe('1.2')
  })

  test("a path that the expansion adds uses the apiserver's tunnels, as a declared path configures them", () => {
    const flags = 'ssh-user: gke'
    const plain = expanded({ kubernetes: '1.12', flags, workloads: exec, nodes: 2 })
    expect(plain.lookups.paths.toKubelet.get('node-1')?.tunnel).toEqual({
      kind: 'ssh',
      warm: true,
      via: ['node-1', 'node-2'],
      own: null,
      hostKey: 'ignore',
    })
    const paths =
      '{ users: { kind: user-apiserver }, pods: { kind: apiserver-pod, tunnel: { kind: ssh, host-key: check } } }'
    const declared = expanded({ kubernetes: '1.12', flags, workloads: exec, nodes: 2, paths })
    expect(declared.lookups.paths.toKubelet.get('node-1')).toMatchObject({ tunnel: { hostKey: 'check' } })
    expect(declared.lookups.paths.toKubelet.get('node-1')?.origin).toMatch(/through a tunnel \(--ssh-user\)$/)
  })
})

test('a tunneler has a tunnel to every node, with or without a path that uses it', () => {
  const { sshTunnels } = expanded({ kubernetes: '1.12', flags: 'ssh-user: gke', nodes: 2 })
  expect(sshTunnels.map(({ name, isWarm, isManaged, origin }) => [name, isWarm, isManaged, origin])).toEqual([
    ['ssh/master/node-1', false, true, '--ssh-user'],
    ['ssh/master/node-2', false, true, '--ssh-user'],
  ])
})

test('the expansion adds Konnectivity servers, agents and their certificates, each with its origin', () => {
  const { konnectivity } = expandBlueprint(
    scenarioOf(`version: 1
cluster: { preset: konnectivity, nodes: 1, konnectivity: { agent-port: 8132, authentication: certificate } }
`).blueprint,
  )
  const { servers, agents, identities, choices } = konnectivity
  expect(servers.map(({ host, port, origin }) => [host, port, origin])).toEqual([
    ['master', 8132, '--egress-selector-config-file'],
  ])
  expect(agents.map(({ name, certificate, identifiers, origin }) => [name, certificate, identifiers, origin])).toEqual([
    ['konnectivity/master/node-1', 'konnectivity/master/node-1', 'ipv4=10.152.92.115', 'agent of the server on master'],
  ])
  expect(identities.map((each) => [each.name, 'cn' in each ? each.cn : ''])).toEqual([
    ['konnectivity/master/ca', 'kubernetes'],
    ['konnectivity/master', 'kube-apiserver'],
    ['konnectivity/master/node-1', 'system:konnectivity-agent'],
  ])
  expect(choices.get('logs/node-1')?.agents).toEqual(['konnectivity/master/node-1'])
})

describe('the servers of a cluster', () => {
  function serversOf(fields: Parameters<typeof expanded>[0]) {
    return expanded(fields).servers.map(({ host, port, service, origin }) => [`${host}:${port}`, service, origin])
  }

  test('the servers of a cluster are those of the apiserver and the kubelets that their flags enable', () => {
    expect(serversOf({ kubernetes: '1.12', flags: 'insecure-port: 8081' })).toEqual([
      ['master:6443', 'apiserver', 'apiserver (--secure-port)'],
      ['master:8081', 'apiserver-insecure', 'apiserver (--insecure-port)'],
      ['node-1:10250', 'kubelet', 'kubelet of node-1 (port)'],
      ['node-1:10248', 'kubelet-healthz', 'kubelet of node-1 (healthzPort)'],
      ['web-1:8080', 'answers', 'pods web'],
    ])
  })

  test('the servers of a cluster include a pod to which no path leads', () => {
    expect(serversOf({ pods: '{ web: { listens: 8000, token: false } }' })).toContainEqual([
      'web-1:8000',
      'answers',
      'pods web',
    ])
  })

  test('the servers of a cluster include the servers that paths lead to, except on reserved ports of nodes', () => {
    const paths =
      '{ users: { kind: user-apiserver }, own: { kind: apiserver-node, port: 9100 }, no: { kind: apiserver-node, port: 10255 } }'
    const added = serversOf({ kubernetes: '1.12', flags: 'insecure-port: 0', paths }).filter(([, , origin]) =>
      origin.startsWith('path'),
    )
    expect(added).toEqual([['node-1:9100', 'answers', 'path own/node-1']])
  })
})

test('everything that the expansion adds for an attacker names the attacker as its origin', () => {
  const text = `version: 1
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b] } }
paths: { p: { from: a, to: b, scheme: https } }
workloads: { w: { path: p, requests: 1 } }
attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: relay, path: p }] } }
`
  const { hosts, links, paths, identities } = expandBlueprint(scenarioOf(text).blueprint)
  const added = [...hosts, ...links, ...paths, ...identities].filter(({ name }) => name.startsWith('~'))
  expect(added.map(({ name }) => name)).toContain('~mallory')
  expect(new Set(added.map((each) => ('origin' in each ? each.origin : undefined)))).toEqual(
    new Set(['attacker mallory']),
  )
})

test('the expansion changes nothing in a blueprint without a cluster', () => {
  const text = `version: 1
hosts: { a: {}, b: {} }
links: { wan: { between: [a, b] } }
paths: { p: { from: a, to: b } }
workloads: { w: { path: p, requests: 1 } }
`
  const { blueprint } = scenarioOf(text)
  const {
    activity: _activity,
    externalAddresses,
    sshTunnels,
    konnectivity,
    servers,
    lookups,
    proxies,
    ...rest
  } = expandBlueprint(blueprint)
  expect(externalAddresses).toEqual([])
  expect([rest, sshTunnels, konnectivity.agents, proxies]).toEqual([blueprint, [], [], []])
  expect(servers.map(({ origin }) => origin)).toEqual(['path p'])
  expect(lookups.paths.byDeclaration.get('p')).toEqual(blueprint.paths)
})
