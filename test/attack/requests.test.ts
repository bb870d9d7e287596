import { describe, expect, test } from 'vitest'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { type RunScenarioOptions, runScenario } from '../../src/testing/index.ts'
import { attackedBy, OPEN_KUBELETS, verdictOf, WAYS, webhookKubelets } from './truth-lab.ts'

const { D } = WAYS

/** What each request of a verdict got, such as `get nodes/proxy 403 system:anonymous`. */
function got({ requests }: VerdictResult): string[] {
  return requests.map(({ verb, resource, status, by }) => `${verb} ${resource} ${status} ${by}`)
}

describe('a request to a kubelet', () => {
  const asked = (more: string, holds = '', set: readonly string[] = []) =>
    verdictOf(attackedBy('direct-request', { D }, { more: `, ${more}`, holds, set }))
  const ANONYMOUS = 'cluster.kubelet.config.authentication.anonymous.enabled=true'

  test('a request to a kubelet without a credential gets 401, and 403 if anonymous requests are authenticated', () => {
    const nothing = asked('ask: exec')
    expect(nothing).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(nothing.requests).toEqual([
      {
        verb: 'create',
        resource: 'nodes/proxy',
        status: 401,
        by: 'nobody',
        server: 'node-1',
        port: 10250,
        times: 1,
      },
    ])
    const anonymous = asked('ask: exec', '', [ANONYMOUS])
    expect(anonymous.outcomes).toEqual(['no-effect'])
    expect(got(anonymous)).toEqual(['create nodes/proxy 403 system:anonymous'])
  })

  test('a granted request to a kubelet counts with the status of its response', () => {
    const open = asked('ask: exec', '', OPEN_KUBELETS)
    expect(open.outcomes).toEqual(['privilege'])
    expect(got(open)).toEqual(['create nodes/proxy 101 system:anonymous'])
    expect(got(asked('ask: logs', '', OPEN_KUBELETS))).toEqual(['get nodes/proxy 200 system:anonymous'])
  })

  test('a granted request for a missing resource of a kubelet is no privilege', () => {
    const missing = asked('ask: list-secrets', '', OPEN_KUBELETS)
    expect(missing).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(got(missing)).toEqual(['get nodes/proxy 404 system:anonymous'])
  })

  test('a repeated request to a kubelet is listed once with its count', () => {
    const { requests } = asked('ask: exec, count: 3')
    expect(requests).toMatchObject([{ status: 401, times: 3 }])
  })

  test('a relayed request to a kubelet is listed as the real server saw it', () => {
    expect(got(verdictOf(attackedBy('relay', { D })))).toEqual(['get nodes/proxy 401 nobody'])
    const set = OPEN_KUBELETS
    const relayed = verdictOf(attackedBy('relay', { D }, { set }))
    expect(got(relayed)).toEqual(['get nodes/proxy 200 system:anonymous'])
    expect(relayed.requests[0].times).toBe(3)
  })
})

test('requests of an honest client on an attacker’s host are not listed as the attacker’s', () => {
  const { verdicts, workloads } = runScenario({
    text: `
version: 1
cluster: { preset: kubeadm-default, quiet: true, nodes: 1 }
workloads: { get: { path: logs, kind: logs, requests: 2 } }
attackers: { root: { on: master, vantage: node, plan: [{ technique: relay, path: logs }] } }
`,
  })
  expect(workloads[0].completed).toBe(2)
  expect(verdicts).toMatchObject([{ victim: 'node-1', requests: [], privileges: [] }])
})

describe('the read-only port', () => {
  const asked = (ask: string, options: RunScenarioOptions = {}) =>
    runScenario(
      {
        text: `
version: 1
seed: 1
duration: 20s
kubernetes: "1.30"
cluster:
  nodes: 2
  pods: { web: { listens: 8080 } }
  kubelet: { config: { readOnlyPort: 10255, authentication: { anonymous: { enabled: false } }, authorization: { mode: Webhook } } }
paths: { R: { kind: apiserver-node, from: master, to: node-1, port: 10255 } }
workloads: { ask: { path: R, connection: per-request, requests: 1 } }
attackers: { snooper: { on: web-2, vantage: pod, plan: [{ technique: direct-request, path: R, ask: ${ask} }] } }
`,
      },
      options,
    ).verdicts[0]

  test.each([
    ['list-pods', '/pods'],
    ['metrics', '/metrics'],
  ])('the kubelet’s read-only port serves %s to any client, which counts as read', (ask, path) => {
    const verdict = asked(ask)
    expect(verdict).toMatchObject({ outcomes: ['read'], scope: 'other', privileges: [] })
    expect(got(verdict)).toEqual([`get ${path} 200 nobody`])
    expect(verdict.requests[0].port).toBe(10255)
  })

  test.each(['logs', 'exec'])('the kubelet’s read-only port does not serve %s', (ask) => {
    const verdict = asked(ask)
    expect(verdict.outcomes).toEqual(['no-effect'])
    expect(verdict.requests).toMatchObject([{ status: 404, by: 'nobody' }])
  })

  test('the kubelet’s read-only port serves its health to any client, which is no finding', () => {
    expect(asked('healthz')).toMatchObject({ outcomes: ['read'], scope: 'own', requests: [{ status: 200 }] })
  })
})

test('a pod’s port without access control serves any client', () => {
  const verdict = verdictOf(attackedBy('direct-request', { G: WAYS.G }, { on: 'web-2', vantage: 'pod' }))
  expect(verdict).toMatchObject({ outcomes: ['read'], scope: 'other' })
  expect(got(verdict)).toEqual(['get / 200 nobody'])
})

test('a server outside a cluster that accepts any client grants, and one that requires a certificate refuses', () => {
  const asked = (client: string) =>
    verdictOf(
      runScenario({
        text: `
version: 1
seed: 1
hosts: { master: {}, node: {} }
links: { wan: { between: [master, node], delay: 10ms } }
paths: { logs: { kind: apiserver-kubelet, from: master, to: node${client} } }
workloads: { ask: { path: logs, connection: per-request, requests: 1 } }
attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: direct-request, path: logs, ask: exec }] } }
`,
      }),
    )
  expect(asked(', tls: { client: none }')).toMatchObject({
    outcomes: ['privilege'],
    requests: [{ status: 101, by: 'nobody' }],
  })
  expect(asked('')).toMatchObject({ outcomes: ['no-effect'], requests: [{ status: 401, by: 'nobody' }] })
})

describe('a user with permission on nodes/proxy', () => {
  const asks = (ask: string, rules: string, version = '1.30') => {
    const { verdicts } = runScenario({
      text: `
version: 1
seed: 1
duration: 10s
kubernetes: "${version}"
cluster:
  nodes: 1
  pods: { web: {} }
  users: { alice: { rules: [${rules}] } }
${webhookKubelets(version)}
paths: { D: { kind: apiserver-kubelet, from: master, to: node-1 } }
workloads: { ask: { path: D, connection: per-request, requests: 1 } }
attackers:
  alice:
    vantage: user
    as: alice
    holds: [alice-client]
    plan: [{ technique: direct-request, path: D, with: alice-client, ask: ${ask} }]
`,
    })
    return verdictOf({ verdicts })
  }
  const NODES = (verb: string, resource = 'nodes/proxy') => `{ verbs: [${verb}], resources: [${resource}] }`

  test('a user with only get on nodes/proxy runs commands, which is more than get grants', () => {
    const verdict = asks('exec', NODES('get'))
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
    expect(got(verdict)).toEqual(['get nodes/proxy 101 alice'])
    expect(verdict.privileges).toMatchObject([{ as: 'alice', verb: 'get', resource: 'nodes/proxy', on: 'node-1' }])
  })

  test('a user with get on nodes/proxy runs commands from 1.6 to the newest version if kubelets ask the apiserver', () => {
    for (const version of ['1.6', '1.9', '1.21', '1.33', '1.37'])
      expect(asks('exec', NODES('get'), version).outcomes).toEqual(['privilege'])
  })

  test.each([
    ['create on nodes/proxy', NODES('create')],
    ['create on pods/exec too', `${NODES('get')}, ${NODES('create', 'pods/exec')}`],
    ['every permission', '{ verbs: ["*"], resources: ["*"] }'],
  ])('a user on nodes/proxy has commands by right with %s', (_, rules) => {
    const verdict = asks('exec', rules)
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'own', privileges: [] })
    expect(verdict.requests).toMatchObject([{ status: 101, by: 'alice' }])
  })

  test('a user with get on nodes/proxy reads logs by right', () => {
    expect(asks('logs', NODES('get'))).toMatchObject({ outcomes: ['read'], scope: 'own', privileges: [] })
  })

  test('a user with get on nodes/proxy is refused a command by fine-grained permissions', () => {
    const verdict = asks('exec', NODES('get', 'nodes/pods'), '1.33')
    expect(verdict).toMatchObject({ outcomes: ['no-effect'], requests: [{ status: 403, by: 'alice' }] })
    const pods = asks('list-pods', NODES('get', 'nodes/pods'), '1.33')
    expect(pods).toMatchObject({ outcomes: ['read'], scope: 'own' })
  })
})

describe('root on a node', () => {
  const asks = (ask: string, version: string, flags: string, more: readonly string[] = []) => {
    const { verdicts } = runScenario(
      {
        text: `
version: 1
seed: 1
duration: 10s
kubernetes: "${version}"
cluster: { nodes: 2, pods: { web: {} }, apiserver: { flags: { ${flags} } } }
paths: { B: { kind: kubelet-apiserver, from: node-2, to: master } }
workloads: { beats: { path: B, connection: per-request, requests: 1 } }
attackers:
  root:
    on: node-1
    vantage: node
    plan: [{ technique: direct-request, path: B, with: node-1-kubelet-client, ask: ${ask} }]
`,
      },
      { set: more },
    )
    return verdicts[0]
  }
  const NODE_RBAC = 'authorization-mode: [Node, RBAC]'
  const RESTRICTED = `${NODE_RBAC}, enable-admission-plugins: [NodeRestriction]`

  test('root on a node creates any pod at 1.6, where system:nodes is bound to system:node', () => {
    const verdict = asks('create-pods', '1.6', 'authorization-mode: [RBAC]')
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
    expect(got(verdict)).toEqual(['create pods 201 system:node:node-1'])
  })

  test('root on a node has no permission from 1.8 on with RBAC alone, since the binding has no subjects', () => {
    const verdict = asks('create-pods', '1.8', 'authorization-mode: [RBAC]')
    expect(verdict.outcomes).toEqual(['no-effect'])
    expect(got(verdict)).toEqual(['create pods 403 system:node:node-1'])
  })

  test('root on a node is refused any pod by NodeRestriction', () => {
    expect(got(asks('create-pods', '1.30', RESTRICTED))).toEqual(['create pods 403 system:node:node-1'])
  })

  test('root on a node creates any pod where the Node authorizer is not restricted', () => {
    const verdict = asks('create-pods', '1.30', `${NODE_RBAC}, enable-admission-plugins: []`)
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
  })

  test('root on a node does everything with AlwaysAllow', () => {
    for (const [ask, status] of [
      ['list-secrets', 200],
      ['create-pods', 201],
    ] as const) {
      const verdict = asks(ask, '1.30', 'authorization-mode: [AlwaysAllow]')
      expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other', requests: [{ status }] })
    }
    expect(asks('list-secrets', '1.30', RESTRICTED).outcomes).toEqual(['no-effect'])
  })

  test('root on a node lists all pods by right until 1.31, and not those of other nodes from 1.32 on', () => {
    expect(asks('list-pods', '1.31', RESTRICTED)).toMatchObject({ outcomes: ['read'], scope: 'own', privileges: [] })
    expect(got(asks('list-pods', '1.32', RESTRICTED))).toEqual(['list pods 403 system:node:node-1'])
  })
})
