import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { attackedBy, OPEN_KUBELETS, verdictOf, WAYS, webhookKubelets } from './truth-lab.ts'

test('a client of the insecure port has the identity system:unsecured in the versions that have this name', () => {
  const as = (version: string) => {
    const text = `
version: 1
kubernetes: "${version}"
duration: 10s
cluster: { nodes: 1, apiserver: { flags: { insecure-port: 8080 } } }
paths: { A: { kind: component-apiserver, from: master, to: master, scheme: http } }
workloads: { ask: { path: A, connection: per-request, requests: 1 } }
attackers: { mallory: { on: master, vantage: node, plan: [{ technique: direct-request, path: A, ask: list-secrets }] } }
`
    return verdictOf(runScenario({ text })).privileges.map((one) => one.as)
  }
  expect(as('1.6')).toEqual(['nobody'])
  expect(as('1.19')).toEqual(['system:unsecured'])
})

test('a relay presents its own token to the server, and its client receives the responses', () => {
  const set = [
    'cluster.kubelet.config.authentication.anonymous.enabled=false',
    'cluster.kubelet.config.authorization.mode=AlwaysAllow',
  ]
  const relayed = (set: readonly string[]) => {
    const how = { set, more: ', with: a powerless token', holds: 'a powerless token' }
    return verdictOf(attackedBy('relay', { D: WAYS.D }, how))
  }
  expect(relayed(set)).toMatchObject({
    outcomes: ['relayed', 'impersonated', 'read'],
    asIdentity: 'system:serviceaccount:default:powerless',
  })
  const unread = [...set, 'cluster.kubelet.config.authentication.webhook.enabled=false']
  expect(relayed(unread).outcomes).not.toContain('relayed')
})

test('a client that is admitted as anonymous keeps access, whatever token it presented', () => {
  const set = [...OPEN_KUBELETS, 'cluster.kubelet.config.authentication.webhook.enabled=false']
  const how = { set, more: ', with: a powerless token', holds: 'a powerless token' }
  const { privileges } = verdictOf(attackedBy('direct-request', { D: WAYS.D }, how))
  expect(privileges).toMatchObject([{ as: 'system:anonymous', untilNs: null }])
})

describe('a client that runs commands through the node proxy of the apiserver', () => {
  const USER = 'vantage: user, as: alice, holds: [alice-client]'
  const POD = 'vantage: pod, on: web-2, holds: [alice-client]'
  const D = '{ kind: apiserver-kubelet, from: master, to: node-1 }'
  const U = '{ kind: user-apiserver, from: alice, to: master }'
  const execs = (rules: string, { version = '1.30', path = U, as = USER, set = [] as readonly string[] } = {}) =>
    verdictOf(
      runScenario(
        {
          text: `
version: 1
seed: 1
duration: 60s
kubernetes: "${version}"
cluster:
  nodes: 2
  pods: { web: {} }
  users: { alice: { rules: [${rules}] } }
${webhookKubelets(version)}
paths: { way: ${path} }
workloads: { work: { path: way, connection: per-request, requests: 1 } }
attackers:
  mallory: { ${as}, plan: [{ at: 1s, technique: direct-request, path: way, with: alice-client, ask: node-proxy-exec }] }
`,
        },
        { set },
      ),
    )
  const NODES = (verb: string, resource = 'nodes/proxy') => `{ verbs: [${verb}], resources: [${resource}] }`

  test.each(['1.6', '1.14', '1.24', '1.33', '1.36'])(
    'a client gains commands through the apiserver’s node proxy with get alone in %s',
    (version) => {
      const verdict = execs(NODES('get'), { version })
      expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other' })
      expect(verdict.requests).toMatchObject([
        { verb: 'get', resource: 'nodes/proxy', status: 101, by: 'alice', server: 'master' },
      ])
      expect(verdict.privileges).toMatchObject([{ as: 'alice', verb: 'get', resource: 'nodes/proxy', on: 'node-1' }])
    },
  )

  test.each([
    ['create on nodes/proxy', NODES('create')],
    ['create on pods/exec too', `${NODES('get')}, ${NODES('create', 'pods/exec')}`],
  ])('a client runs commands through the apiserver’s node proxy by right with %s', (_, rules) => {
    expect(execs(rules)).toMatchObject({ outcomes: ['privilege'], scope: 'own', privileges: [] })
  })

  test.each([
    ['another verb', NODES('list')],
    ['fine-grained permissions', NODES('get', 'nodes/pods')],
    ['create on pods/exec alone', NODES('create', 'pods/exec')],
  ])('a client of the apiserver’s node proxy gets 403 with %s', (_, rules) => {
    const verdict = execs(rules, { version: '1.33' })
    expect(verdict).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(verdict.requests).toMatchObject([{ resource: 'nodes/proxy', status: 403, by: 'alice', server: 'master' }])
  })

  test('a client of the apiserver’s node proxy reaches the kubelet of the path in its step, also from a pod with a stolen certificate', () => {
    const path = D.replace('node-1', 'node-2')
    const verdict = execs(NODES('get'), { path, as: POD })
    expect(verdict).toMatchObject({ outcomes: ['privilege'], scope: 'other', victim: 'node-2' })
    expect(verdict.requests).toMatchObject([{ status: 101, by: 'alice', server: 'master' }])
    expect(verdict.privileges).toMatchObject([{ as: 'alice', on: 'node-2' }])
  })

  test('a client of the node proxy gets nothing if the kubelet refuses an apiserver without a certificate', () => {
    const verdict = execs(NODES('get'), { path: D.replace(' }', ', tls: { client: none } }') })
    expect(verdict).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(verdict.requests).toMatchObject([{ status: 401, by: 'alice', server: 'master' }])
  })

  test('a client of the node proxy gets nothing if the apiserver refuses the kubelet’s certificate', () => {
    const set = ['cluster.apiserver.flags.kubelet-certificate-authority=cluster-ca']
    const verdict = execs(NODES('get'), { set })
    expect(verdict).toMatchObject({ outcomes: ['no-effect'], privileges: [] })
    expect(verdict.requests).toMatchObject([{ status: 500, by: 'alice', server: 'master' }])
  })
})

describe('root on a node where the binding system:node', () => {
  const asks = (ask: string, version: string, binding: string, flags = 'authorization-mode: [RBAC]') =>
    runScenario({
      text: `
version: 1
seed: 1
duration: 10s
kubernetes: "${version}"
cluster: { nodes: 2, pods: { web: {} }, ${binding} apiserver: { flags: { ${flags} } } }
paths: { B: { kind: kubelet-apiserver, from: node-2, to: master } }
workloads: { beats: { path: B, connection: per-request, requests: 1 } }
attackers:
  root:
    on: node-1
    vantage: node
    plan: [{ technique: direct-request, path: B, with: node-1-kubelet-client, ask: ${ask} }]
`,
    }).verdicts[0]
  const LEFT = "system-node-binding: 'system:nodes',"
  const EMPTY = 'system-node-binding: nobody,'
  const GRANTED = (status: number) => ({
    outcomes: ['privilege'],
    scope: 'other',
    requests: [{ status, by: 'system:node:node-1' }],
  })
  const REFUSED = { outcomes: ['no-effect'], privileges: [], requests: [{ status: 403, by: 'system:node:node-1' }] }
  const RESTRICTED = 'authorization-mode: [Node, RBAC], enable-admission-plugins: [NodeRestriction]'

  test('root on a node creates any pod if the binding system:node is left from before 1.8 and has a subject', () => {
    for (const version of ['1.8', '1.14', '1.30']) {
      expect(asks('create-pods', version, LEFT)).toMatchObject(GRANTED(201))
      expect(asks('create-pods', version, EMPTY)).toMatchObject(REFUSED)
      expect(asks('create-pods', version, '')).toMatchObject(REFUSED)
    }
  })

  test('root on a node with the old binding system:node lists all secrets from 1.12 on, despite Node authorizer and NodeRestriction', () => {
    expect(asks('list-secrets', '1.11', LEFT, RESTRICTED)).toMatchObject(REFUSED)
    expect(asks('list-secrets', '1.12', LEFT, RESTRICTED)).toMatchObject(GRANTED(200))
    expect(asks('list-secrets', '1.33', LEFT, RESTRICTED)).toMatchObject(GRANTED(200))
    expect(asks('list-secrets', '1.33', '', RESTRICTED)).toMatchObject(REFUSED)
  })

  test('root on a node is refused if the binding system:node has no subject, also in versions in which new clusters bind nodes', () => {
    for (const version of ['1.6', '1.7']) {
      expect(asks('create-pods', version, '')).toMatchObject(GRANTED(201))
      expect(asks('create-pods', version, EMPTY)).toMatchObject(REFUSED)
    }
  })
})
