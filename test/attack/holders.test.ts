import { describe, expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import { readMatrix } from '../../src/study/matrix/matrix.ts'

interface Grants {
  readonly users?: string
  readonly accounts?: string
  readonly version?: string
  readonly more?: string
  readonly path?: string
}

const MODES = '[Node, RBAC], enable-admission-plugins: [NodeRestriction]'

/** The cells of holders of permissions in the matrix of a cluster with the pods web and agent. */
function holderCases({
  users = '',
  accounts = '',
  version = '1.30',
  more = `apiserver: { flags: { authorization-mode: ${MODES} } }`,
  path = 'logs',
}: Grants) {
  const text = `
version: 1
kubernetes: "${version}"
cluster:
  nodes: 2
  pods: { web: {}, agent: { account: mon/agent, on: node-2 } }
  users: { alice: {}, ${users} }
  accounts: { ${accounts} }
  ${more}
paths: { logs: { kind: apiserver-kubelet, from: master, to: node-1 }, users: { kind: user-apiserver, from: users/alice, to: master }, proxy: { kind: apiserver-node, from: master, to: node-1, port: 9100 } }
workloads: { a: { path: logs, requests: 1 }, b: { path: users, requests: 1 }, c: { path: proxy, requests: 1 } }
`
  const read = readMatrix({ file: '-', text }, {}, [path])
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return read.matrix.cases.filter(({ row }) => row.isOfHolder)
}

function gainOf({ row, scenario }: ReturnType<typeof holderCases>[number]): string {
  const verdicts = run(scenario!).result.verdicts.filter(({ technique }) => technique === row.technique)
  return [...new Set(verdicts.map(({ worst, scope }) => `${worst} ${scope}`))].join(', ')
}

/**
 * What each holder of a credential with permissions gets by requests in the matrix, such as
 * `bob user: privilege other`.
 */
function holders(grants: Grants): string[] {
  const cases = holderCases(grants).filter(({ row }) => row.technique === 'direct-request')
  return cases.map((one) => `${one.row.place} ${one.row.vantage}: ${gainOf(one)}`)
}

const rules = (verbs: string, resources: string) => `{ rules: [{ verbs: [${verbs}], resources: [${resources}] }] }`
const PROXY = rules('get', 'nodes/proxy')

const WITHOUT_PERMISSIONS = [
  'alice user: privilege other',
  'agent-1 pod: privilege other',
  'node-2 node: privilege other',
]

describe('the matrix tries those to whom the apiserver allows get on nodes/proxy, and', () => {
  test.each(['logs', 'users'])(
    'the matrix tries a service account with get on nodes/proxy on path %s, in its pod and on its node',
    (path) => {
      const gained = holders({ accounts: `mon/agent: ${PROXY}`, path })
      expect(gained).toEqual(expect.arrayContaining(['agent-1 pod: privilege other', 'node-2 node: privilege other']))
      expect(gained.some((one) => one.startsWith('web-1'))).toBe(false)
    },
  )

  test('the matrix tries every distinct user with get on nodes/proxy, and one of several with the same permissions', () => {
    const users = `bob: ${PROXY}, carol: ${PROXY}`
    for (const version of ['1.10', '1.14', '1.24', '1.33'])
      expect(holders({ users, version }).filter((one) => /^(bob|carol) /.test(one))).toEqual([
        'bob user: privilege other',
      ])
  })

  test.each([
    ['nobody has a permission', {}],
    ['the verb is another', { users: `bob: ${rules('list, watch', 'nodes/proxy')}` }],
    [
      'it is fine-grained',
      {
        users: `bob: ${rules('get', 'nodes/pods, nodes/metrics')}`,
        accounts: `mon/agent: ${rules('get', 'nodes/stats')}`,
        version: '1.33',
      },
    ],
    ['the path leads to neither apiserver nor kubelet', { users: `bob: ${PROXY}`, path: 'proxy' }],
  ] satisfies (readonly [string, Grants])[])(
    'the matrix tries nobody with get on nodes/proxy where %s',
    (_, grants) => {
      expect(holders(grants)).toEqual([])
    },
  )

  test.each([
    ['AlwaysAllow', false, WITHOUT_PERMISSIONS],
    ['AlwaysAllow', true, [...WITHOUT_PERMISSIONS, 'a network of the server blind: privilege other']],
    ['Webhook', false, []],
  ] as const)(
    'the matrix tries one user, one pod and one node without permissions at kubelets with %s, anonymous %s',
    (mode, anonymous, gained) => {
      const kubelet = `kubelet: { config: { authentication: { anonymous: { enabled: ${anonymous} } }, authorization: { mode: ${mode} } } }`
      expect(holders({ more: `apiserver: { flags: { authorization-mode: ${MODES} } }\n  ${kubelet}` })).toEqual(gained)
    },
  )

  test('users with create on nodes/proxy run commands by right', () => {
    const users = `bob: ${rules('get, create', 'nodes/proxy')}`
    expect(holders({ users })).toEqual(['bob user: privilege own'])
    expect(holders({ users: `bob: ${rules('"*"', '"*"')}`, path: 'users' })).toContain('bob user: privilege own')
  })
})

test('the matrix tries commands by get on pods/exec through the apiserver, which refuses them from 1.35 on', () => {
  const users = `bob: ${rules('get', 'pods/exec')}`
  expect(holders({ users, version: '1.34', path: 'users' })).toContain('bob user: privilege other')
  expect(holders({ users, version: '1.35', path: 'users' })).toContain('bob user: no-effect other')
})

describe('the matrix tries the kubelet’s certificate of a node, with which root', () => {
  const modes = (list: string, more = '') => `apiserver: { flags: { authorization-mode: ${list} } }${more}`
  const on = (version: string, more: string) =>
    holders({ version, more, path: 'users' }).filter((one) => one.startsWith('node-1 '))
  const GAINS = 'node-1 node: privilege other'

  test('root with a kubelet’s certificate is in effect an administrator at 1.6, but not in new clusters from 1.8 on', () => {
    expect(on('1.6', modes('[RBAC]'))).toEqual([GAINS])
    expect(on('1.8', modes('[RBAC]'))).toEqual([])
    expect(on('1.8', modes('[RBAC]', "\n  system-node-binding: 'system:nodes'"))).toEqual([GAINS])
    expect(on('1.6', modes('[RBAC]', '\n  system-node-binding: nobody'))).toEqual([])
  })

  test('root with a kubelet’s certificate is an administrator under ABAC, unless the policies exclude nodes', () => {
    expect(on('1.6', modes('[ABAC]'))).toContain(GAINS)
    expect(on('1.6', modes('[ABAC]', '\n  abac: [{ user: alice, resource: services }]'))).toEqual([])
  })

  test('root with a kubelet’s certificate creates no pods if NodeRestriction restricts the Node authorizer', () => {
    expect(on('1.30', modes(MODES))).toEqual(['node-1 node: no-effect other'])
    expect(on('1.30', modes('[Node, RBAC]'))).toEqual([GAINS])
  })
})

describe('the matrix tries all identities that a technique needs', () => {
  const tried = (grants: Grants, wanted: string) => {
    const found = holderCases(grants).filter(({ row }) => row.technique === wanted)
    return found.map((one) => `${one.row.place} ${one.row.vantage}: ${gainOf(one)}`)
  }
  const SERVICES = rules('create', 'services')

  test('the matrix tries a service account that creates services, in its pod and on its node, and a second user', () => {
    const grants = { users: `bob: ${SERVICES}`, accounts: `mon/agent: ${SERVICES}` }
    expect(tried({ ...grants, version: '1.30' }, 'redirect-service')).toEqual([
      'bob user: impersonated other',
      'agent-1 pod: impersonated other',
      'node-2 node: impersonated other',
    ])
    const more = `apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: [DenyServiceExternalIPs] } }`
    expect(tried({ ...grants, version: '1.30', more }, 'redirect-service')).toEqual([
      'bob user: no-effect other',
      'agent-1 pod: no-effect other',
      'node-2 node: no-effect other',
    ])
    expect(tried({ users: `bob: ${rules('get, list', 'services')}` }, 'redirect-service')).toEqual([])
  })

  test('the matrix tries a user who creates services in one namespace only', () => {
    const bob = '{ rules: [{ verbs: [create], resources: [services], namespaces: [shop] }] }'
    expect(tried({ users: `bob: ${bob}` }, 'redirect-service')).toEqual(['bob user: impersonated other'])
  })

  test.each(['patch', 'update'])('the matrix tries a user who may only %s services', (verb) => {
    expect(tried({ users: `bob: ${rules(verb, 'services')}`, version: '1.30' }, 'redirect-service')).toEqual([
      'bob user: impersonated other',
    ])
  })

  test.each([
    ['DenyServiceExternalIPs', '1.30'],
    ['network.openshift.io/ExternalIPRanger', '1.30'],
  ])('under %s, a user who writes the status of services takes addresses all the same', (plugin, version) => {
    const more = `apiserver: { flags: { authorization-mode: [Node, RBAC], enable-admission-plugins: [${plugin}] } }`
    const bob = (...resources: readonly string[]) =>
      tried({ users: `bob: ${rules('create, patch', resources.join(', '))}`, version, more }, 'redirect-service')
    expect(bob('services', 'services/status')).toEqual(['bob user: impersonated other'])
    expect(bob('services')).toEqual(['bob user: no-effect other'])
    expect(bob('services/status')).toEqual([])
  })

  test('the matrix tries a user who writes the status of nodes', () => {
    expect(tried({ users: `bob: ${rules('patch', 'nodes/status')}` }, 'readdress-node')).toEqual([
      'bob user: impersonated other',
    ])
    expect(tried({ users: `bob: ${rules('get', 'nodes/status')}` }, 'readdress-node')).toEqual([])
    expect(tried({ users: `bob: ${rules('"*"', '"*"')}` }, 'readdress-node')).toEqual([])
  })

  test('the matrix tries a second user who runs commands in pods if the apiserver keeps refused upgrades open', () => {
    const users = `bob: ${rules('create', 'pods/exec')}`
    expect(tried({ users, version: '1.12' }, 'smuggle-request')).toEqual(['bob user: privilege other'])
    expect(tried({ users, version: '1.13' }, 'smuggle-request')).toEqual(['bob user: no-effect other'])
  })
})
