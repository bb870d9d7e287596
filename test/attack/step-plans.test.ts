import { describe, expect, test } from 'vitest'
import type { AttackRequest } from '../../src/attack/parameters/common.ts'
import type {
  AttackedPath,
  AttackedPod,
  PlannedRequest,
  StepPlanner,
} from '../../src/attack/techniques/step-planner.ts'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../../src/attack/techniques.ts'

const path = (name: string, to: string, more: Partial<AttackedPath> = {}): AttackedPath => ({
  name,
  from: 'master',
  to,
  port: 10_250,
  tls: null,
  tunnel: null,
  ...more,
})

const pod = (name: string, account: string): AttackedPod => ({
  name,
  namespace: 'shop',
  account: `shop/${account}`,
  app: `${name}-app`,
})

/** A step on node-1 of an attacker, whose nodes are called `node-N`; `ask` is answered by a request of that name. */
function step({ paths = [], ...more }: Partial<StepPlanner>): StepPlanner {
  return {
    name: '~m/1',
    paths,
    host: 'node-1',
    address: '10.0.0.1',
    parameters: { ask: null, presents: null },
    credential: 'mine',
    agentCredential: (server) => ({ kind: 'of-agent', host: server }),
    minor: 30,
    serverOf: ({ to, port }) => ({ address: `at-${to}`, port }),
    addressOf: (host) => `at-${host}`,
    nodeOf: ({ to }) => (to.startsWith('node') ? to : null),
    podsOn: () => [],
    leadsToApiserver: ({ to }) => to === 'apiserver',
    namespaceFor: () => 'allowed',
    isAllowed: ({ method }) => method === 'POST',
    refusesExternalIps: false,
    canExecInto: () => false,
    request: (ask, { name }, server) => ({
      line: { method: 'GET', target: `${ask} of ${name} at ${server ?? 'its server'}` },
      isUpgrade: true,
      requestBodyBytes: 1,
      responseBytes: 2,
      userAgent: 'agent',
      isKnown: true,
    }),
    ...more,
  }
}

/** A request in words: the path that it is about and where it goes, what it asks, and what else is said of it. */
function words({ path: about, to, request, ...more }: PlannedRequest): readonly unknown[] {
  const { method, target } = request.line
  const upgrade = request.isUpgrade ? ' (upgrade)' : ''
  return [`${about.name} at ${to}: ${method} ${target}${upgrade}`, request.requestBodyBytes, more]
}

const techniqueOf = (name: TechniqueName): Technique => TECHNIQUES[name]
const requestsOf = (name: TechniqueName, planner: Partial<StepPlanner>) =>
  (techniqueOf(name).requests?.(step(planner)) ?? []).map(words)
const additionsOf = (name: TechniqueName, planner: Partial<StepPlanner>) => techniqueOf(name).additions?.(step(planner))

describe('a step that joins as a node', () => {
  const paths = [path('x', 'node-1'), path('y', 'elsewhere'), path('z', 'node-2')]

  test('a step that joins as a node requests a certificate for the node of each path, and acts as that node two seconds later', () => {
    const [first, second, ...others] = requestsOf('bootstrap-node', { paths })
    const signing = 'POST /apis/certificates.k8s.io/v1/certificatesigningrequests'
    expect(first).toEqual([`x at apiserver: ${signing}`, 900, { writes: { certificate: '~m/1/x' } }])
    expect(second).toEqual([
      'x at apiserver: GET list-secrets of x at apiserver (upgrade)',
      1,
      { certificate: '~m/1/x', pauseNs: 2_000_000_000 },
    ])
    expect(others.map(([asked]) => asked)).toEqual([
      `z at apiserver: ${signing}`,
      'z at apiserver: GET list-secrets of z at apiserver (upgrade)',
    ])
  })

  test('a step that joins as a node has its certificates signed for the credential that it holds', () => {
    expect(additionsOf('bootstrap-node', { paths })).toEqual({
      certificates: ['x', 'z'].map((name) => ({
        name: `~m/1/${name}`,
        node: name === 'x' ? 'node-1' : 'node-2',
        certificate: `~m/1/${name}`,
        token: 'mine',
      })),
      nodeCertificates: [
        { name: '~m/1/x', node: 'node-1' },
        { name: '~m/1/z', node: 'node-2' },
      ],
    })
  })

  test('a step that joins as a node requests a Secret of a pod on the node by default', () => {
    const podsOn = (node: string) => (node === 'node-1' ? [pod('web', 'seller'), pod('db', 'keeper')] : [])
    const asked = (ask: AttackRequest | null) =>
      requestsOf('bootstrap-node', { paths: [paths[0]], podsOn, parameters: { ask } })[1][0]
    expect(asked(null)).toBe('x at apiserver: GET /api/v1/namespaces/shop/secrets/seller-token-x2x4z (upgrade)')
    expect(asked('exec')).toBe('x at apiserver: GET exec of x at apiserver (upgrade)')
    const [, { request }] = techniqueOf('bootstrap-node').requests!(step({ paths: [paths[0]], podsOn }))
    expect([request.responseBytes, request.userAgent]).toEqual([3_000, 'agent'])
  })

  test('a step that joins as a node sends nothing without a credential', () => {
    expect(requestsOf('bootstrap-node', { paths, credential: null })).toEqual([])
    expect(additionsOf('bootstrap-node', { paths, credential: null })).toEqual({
      certificates: [],
      nodeCertificates: [],
    })
  })
})

describe('a step that runs Konnectivity agents', () => {
  const tunnel = { kind: 'konnectivity' as const }
  const paths = [
    path('own', 'node-1', { tunnel }),
    path('plain', 'node-2', { tunnel }),
    path('unverified', 'node-2', { tunnel, tls: { verify: 'none' } }),
    path('verified', 'node-3', { tunnel, tls: { verify: 'ca' } }),
    path('other', 'node-4', { tunnel, from: 'master-2' }),
    path('untunnelled', 'node-5'),
    path('by-ssh', 'node-6', { tunnel: { kind: 'ssh' } }),
  ]
  const agents = (presents: string | null) =>
    additionsOf('claim-agent', { paths, parameters: { presents } })?.agents ?? []

  test('a step that runs Konnectivity agents claims the addresses of all other hosts behind a server’s tunnels', () => {
    const about = agents(null).map(({ diversions: _, ...agent }) => agent)
    const agent = (server: string, identifiers: readonly string[]) => ({
      name: `~m/1/${server}`,
      host: 'node-1',
      server,
      credential: { kind: 'of-agent', host: server },
      claims: { agentIdOf: null, identifiers, defaultRoute: true },
      startNs: null,
    })
    expect(about).toEqual([agent('master', ['at-node-2', 'at-node-3']), agent('master-2', ['at-node-4'])])
  })

  test('a step that runs agents connects to a fake server if clients do not verify, or to each server for which it has a certificate', () => {
    const to = (presents: string | null) =>
      agents(presents).map(({ diversions }) =>
        diversions.map(({ address, port, to: place }) => `${address}:${port} to ${place}`),
      )
    const own = (node: string) => `at-${node}:10250 to 10.0.0.1`
    expect(to(null)).toEqual([[own('node-2'), own('node-2')], [own('node-4')]])
    expect(to('a certificate')).toEqual([[own('node-2'), own('node-2'), own('node-3')], [own('node-4')]])
  })
})

describe('a step that smuggles a request', () => {
  const [web, db] = [pod('web', 'seller'), pod('db', 'keeper')]
  const smuggled = (planner: Partial<StepPlanner>) => {
    const planned = techniqueOf('smuggle-request').requests?.(
      step({
        paths: [path('x', 'node-1'), path('y', 'node-2')],
        podsOn: (node) => (node === 'node-1' ? [web, db] : []),
        ...planner,
      }),
    )
    expect(planned).toHaveLength(1)
    const [{ request, to, followUp }] = planned!
    expect([to, request.isUpgrade, request.requestBodyBytes, request.line.method]).toEqual([
      'apiserver',
      true,
      0,
      'POST',
    ])
    return [request.line.target, followUp?.pod, followUp?.request.line.target]
  }
  const execAt = (name: string) => `/api/v1/namespaces/shop/pods/${name}/exec`

  test('a step that smuggles a request execs into a permitted pod, then at the kubelet into a pod of another account', () => {
    const [target, through, then] = smuggled({ canExecInto: ({ name }) => name === 'db' })
    expect([target, through]).toEqual([execAt('db'), 'db'])
    expect(then).toMatch(/^\/exec\/shop\/web\/web-app\?.*command=id/)
  })

  test('a step that smuggles a request uses the first pod if none is permitted or all have one account', () => {
    expect(smuggled({}).slice(0, 2)).toEqual([execAt('web'), 'web'])
    expect(smuggled({})[2]).toMatch(/^\/exec\/shop\/db\/db-app\?/)
    const same = smuggled({ podsOn: (node) => (node === 'node-1' ? [web, pod('api', 'seller')] : []) })
    expect(same[2]).toMatch(/^\/exec\/shop\/web\/web-app\?/)
  })

  test('a step that smuggles a request then sends the given request', () => {
    expect(smuggled({ parameters: { ask: 'exec' } })[2]).toMatch(/^\/exec\/shop\/db\/db-app\?/)
    expect(smuggled({ parameters: { ask: 'list-pods' } })[2]).toBe('list-pods of x at kubelet')
  })

  test('smuggling a request needs permission to exec into a pod', () => {
    const members = { node: 'n', pods: [web, db], namespaces: [] }
    expect(TECHNIQUES['smuggle-request'].matrix.byHolderOf?.(members)).toEqual(
      ['web', 'db'].map((name) => ({ method: 'POST', target: execAt(name) })),
    )
  })
})

describe('a step that redirects services', () => {
  const paths = [path('x', 'web'), path('y', 'web'), path('z', 'web', { port: 80 }), path('w', 'db')]

  test('a step that redirects services creates a service for each address and port, where it may create one', () => {
    const planned = requestsOf('redirect-service', { paths })
    const create = 'POST /api/v1/namespaces/allowed/services'
    expect(planned).toEqual([
      [`x at apiserver: ${create}`, 400, { writes: { service: '~m/1' } }],
      [`z at apiserver: ${create}`, 400, { writes: { service: '~m/1/2' } }],
      [`w at apiserver: ${create}`, 400, { writes: { service: '~m/1/3' } }],
    ])
  })

  test('a redirecting service has the servers’ addresses as external IPs, and the attacker’s host as endpoint', () => {
    const service = (name: string, at: string, port: number) => ({
      name,
      externalAddress: `at-${at}`,
      port,
      endpoints: [{ host: 'node-1', port }],
    })
    expect(additionsOf('redirect-service', { paths })).toEqual({
      services: [service('~m/1', 'web', 10_250), service('~m/1/2', 'web', 80), service('~m/1/3', 'db', 10_250)],
    })
  })

  test('redirecting services needs permission to create or change services in a namespace', () => {
    const members = { node: 'n', pods: [], namespaces: ['default', 'shop'] }
    expect(TECHNIQUES['redirect-service'].matrix.byHolderOf?.(members)).toEqual(
      ['default', 'shop'].flatMap((name) => [
        { method: 'POST', target: `/api/v1/namespaces/${name}/services` },
        { method: 'PATCH', target: `/api/v1/namespaces/${name}/services/web` },
        { method: 'PUT', target: `/api/v1/namespaces/${name}/services/web` },
      ]),
    )
  })
})

describe('a step that writes its address into nodes', () => {
  const paths = [path('own', 'node-1'), path('x', 'node-2'), path('none', 'elsewhere'), path('y', 'node-3')]

  test('a step that writes its address into nodes does this for the node of each path, except its own node', () => {
    const writes = { nodeAddress: '10.0.0.1' }
    const patch = (node: string) => `PATCH /api/v1/nodes/${node}/status?timeout=10s`
    expect(requestsOf('readdress-node', { paths })).toEqual([
      [`x at apiserver: ${patch('node-2')}`, 441, { writes }],
      [`y at apiserver: ${patch('node-3')}`, 441, { writes }],
    ])
    expect(additionsOf('readdress-node', { paths })).toEqual({
      addresses: ['node-2', 'node-3'].map((node) => ({ node, address: '10.0.0.1' })),
    })
    const members = { node: 'node-7', pods: [], namespaces: [] }
    expect(TECHNIQUES['readdress-node'].matrix.byHolderOf?.(members)).toEqual([
      { method: 'PATCH', target: '/api/v1/nodes/node-7/status?timeout=10s' },
    ])
  })
})

describe('a step that sends requests of its own', () => {
  const paths = [path('x', 'node-2'), path('y', 'apiserver')]
  const asked = (ask: AttackRequest | null) =>
    requestsOf('direct-request', { paths, parameters: { ask } }).map(([line]) => line)

  test('a step that sends its own requests sends them to the server of each path', () => {
    expect(asked(null)).toEqual([
      'x at server: GET null of x at its server (upgrade)',
      'y at server: GET null of y at its server (upgrade)',
    ])
    expect(asked('exec')[0]).toBe('x at server: GET exec of x at its server (upgrade)')
  })

  test('a step sends node proxy requests to the apiserver, which alone has a node proxy', () => {
    expect(asked('node-proxy-exec')).toEqual([
      'x at apiserver: GET node-proxy-exec of x at apiserver (upgrade)',
      'y at server: GET node-proxy-exec of y at its server (upgrade)',
    ])
  })
})
