import fc from 'fast-check'

/** An RBAC rule, as a scenario writes it. */
export interface Rule {
  readonly verbs: readonly string[]
  readonly resources: readonly string[]
  readonly namespaces?: readonly string[]
}

export interface AnyPool {
  /** Whether its kubelet serves those without a credential as `system:anonymous`. */
  readonly anonymous: boolean
  readonly mode: 'Webhook' | 'AlwaysAllow'
  /** Whether its kubelet asks the apiserver about bearer tokens. */
  readonly webhook: boolean
  readonly readOnlyPort: boolean
}

/** The certificate that the kubelets of a cluster present. */
export const SERVING = ['own', 'shared', 'shared with an administrator'] as const

/** A cluster as numbers and words, from which its scenario is written and its attackers are listed. */
export interface AnyCluster {
  readonly minor: number
  readonly anonymousAuth: boolean
  readonly modes: readonly ('AlwaysAllow' | 'RBAC' | 'Node' | 'ABAC')[]
  readonly nodeRestriction: boolean
  readonly verifiesKubelets: boolean
  readonly serving: (typeof SERVING)[number]
  readonly front: AnyPool
  readonly back: AnyPool
  readonly layout: 'routed' | 'bridged'
  /** The rules of the users, groups and accounts in NAMES, where they have any. */
  readonly grants: Readonly<Partial<Record<Grantee, Rule>>>
  /** Whether each of the paths in PATHS is written, and whether there is traffic on it. */
  readonly traffic: Readonly<Record<PathName, 'none' | 'idle' | 'busy'>>
}

/** The users, accounts and groups that may have rights. The pods of each account have its token. */
export const GRANTEES = {
  alice: { section: 'users' },
  bob: { section: 'users' },
  'default/web': { section: 'accounts' },
  'shop/db': { section: 'accounts' },
  'system:unauthenticated': { section: 'groups' },
  'system:authenticated': { section: 'groups' },
  'system:serviceaccounts': { section: 'groups' },
} as const
export type Grantee = keyof typeof GRANTEES

/** The pods of a cluster, by application. */
export const PODS = {
  web: { on: 'front', account: 'default/web' },
  db: { on: 'back', account: 'shop/db' },
  tool: { on: 'back', account: 'default/tool' },
} as const

export const PATHS = {
  logs: { kind: 'apiserver-kubelet', workload: { kind: 'logs', requests: 2 } },
  nodes: { kind: 'kubelet-apiserver', workload: { kind: 'list', resource: 'pods', requests: 2 } },
  pods: { kind: 'pod-apiserver', workload: { kind: 'list', resource: 'configmaps', requests: 2 } },
  people: { kind: 'user-apiserver', workload: { kind: 'logs', target: 'pods/web', requests: 2 } },
} as const
export type PathName = keyof typeof PATHS

/** A rule that gives a right on which something on a path hangs. */
const rule: fc.Arbitrary<Rule> = fc.record(
  {
    verbs: fc.constantFrom(['*'], ['create'], ['get'], ['list'], ['create', 'get', 'list', 'patch']),
    resources: fc.constantFrom(
      ['*'],
      ['secrets'],
      ['pods'],
      ['pods/exec'],
      ['pods/attach'],
      ['pods/portforward'],
      ['nodes/proxy'],
      ['nodes/status'],
      ['services'],
      ['pods', 'secrets', 'pods/exec'],
    ),
    namespaces: fc.constantFrom(['default'], ['shop']),
  },
  { requiredKeys: ['verbs', 'resources'] },
)

/** Mostly the hardened value, so that a weakness stands alone more often than not. */
const rarely = fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0)

const pool: fc.Arbitrary<AnyPool> = fc.record({
  anonymous: rarely,
  mode: rarely.map((isOpen) => (isOpen ? ('AlwaysAllow' as const) : ('Webhook' as const))),
  webhook: rarely.map((isOff) => !isOff),
  readOnlyPort: rarely,
})

const traffic = fc.constantFrom('none' as const, 'none' as const, 'idle' as const, 'busy' as const)

export const anyCluster: fc.Arbitrary<AnyCluster> = fc
  .record({
    minor: fc.constantFrom(13, 18, 24, 30, 33),
    anonymousAuth: fc.boolean(),
    modes: fc.constantFrom<AnyCluster['modes']>(
      ['Node', 'RBAC'],
      ['Node', 'RBAC'],
      ['Node', 'RBAC'],
      ['RBAC'],
      ['ABAC', 'RBAC'],
      ['AlwaysAllow'],
    ),
    nodeRestriction: rarely.map((isOff) => !isOff),
    verifiesKubelets: fc.boolean(),
    serving: fc.constantFrom(SERVING[0], SERVING[0], SERVING[1], SERVING[2]),
    front: pool,
    back: pool,
    layout: fc.constantFrom('routed' as const, 'bridged' as const),
    grants: fc.dictionary(fc.constantFrom(...(Object.keys(GRANTEES) as Grantee[])), rule, { maxKeys: 2 }),
    traffic: fc.record({ logs: traffic, nodes: traffic, pods: traffic, people: traffic }),
  })
  .map((drawn) => ({ ...drawn, grants: drawn.grants as AnyCluster['grants'] }))

/** Returns the scenario of a cluster, in JSON, which is YAML. */
export function textOf(cluster: AnyCluster): string {
  return JSON.stringify(scenarioOf(cluster), null, 1)
}

function kubeletOf({ anonymous, mode, webhook, readOnlyPort }: AnyPool) {
  return {
    config: {
      authentication: { anonymous: { enabled: anonymous }, webhook: { enabled: webhook } },
      authorization: { mode },
      readOnlyPort: readOnlyPort ? 10255 : 0,
    },
  }
}

/** The certificate that all kubelets of a cluster share, and its use. */
export const SHARED = 'shared-serving'

function scenarioOf(cluster: AnyCluster): object {
  const { minor, anonymousAuth, modes, nodeRestriction, verifiesKubelets, serving, layout, grants, traffic } = cluster
  const written = (Object.keys(PATHS) as PathName[]).filter((name) => traffic[name] !== 'none')
  const granted = Object.keys(GRANTEES) as Grantee[]
  const rulesOf = (section: string) =>
    granted
      .filter((name) => GRANTEES[name].section === section && (grants[name] !== undefined || section === 'users'))
      .map((name) => [name, grants[name] === undefined ? {} : { rules: [grants[name]] }] as const)
  const isShared = serving !== 'own'
  return {
    version: 1,
    kubernetes: `1.${minor}`,
    ...(isShared ? { identities: { [SHARED]: sharedCertificate(serving) } } : {}),
    cluster: {
      nodes: { front: { count: 1, kubelet: poolOf('front') }, back: { count: 1, kubelet: poolOf('back') } },
      'node-network': layout,
      pods: Object.fromEntries(Object.entries(PODS).map(([app, pod]) => [app, { ...pod, replicas: 1 }])),
      users: Object.fromEntries(rulesOf('users')),
      accounts: Object.fromEntries(rulesOf('accounts')),
      groups: Object.fromEntries(rulesOf('groups')),
      ...(modes.includes('ABAC') ? { abac: [ABAC_LINE] } : {}),
      apiserver: {
        flags: {
          'anonymous-auth': anonymousAuth,
          'authorization-mode': modes,
          'enable-admission-plugins': [
            ...(nodeRestriction ? ['NodeRestriction'] : []),
            'DenyServiceExternalIPs',
          ].filter((name) => minor >= 21 || name !== 'DenyServiceExternalIPs'),
          ...(minor < 20 ? { 'insecure-port': 0 } : {}),
          ...(verifiesKubelets ? { 'kubelet-certificate-authority': 'cluster-ca' } : {}),
        },
      },
    },
    paths: Object.fromEntries(
      written.map((name) => [
        name,
        { kind: PATHS[name].kind, ...(name === 'logs' && isShared ? { tls: { identity: SHARED } } : {}) },
      ]),
    ),
    workloads: Object.fromEntries(
      written.flatMap((name) => (traffic[name] === 'busy' ? [[name, { path: name, ...PATHS[name].workload }]] : [])),
    ),
  }

  function poolOf(name: 'front' | 'back') {
    const kubelet = kubeletOf(cluster[name])
    return verifiesKubelets ? { ...kubelet, 'server-certificate': 'issued' } : kubelet
  }
}

/** What the line of a policy file of ABAC gives: whatever a service account asks about pods. */
export const ABAC_LINE = { group: 'system:serviceaccounts', namespace: '*', resource: 'pods', apiGroup: '*' }

function sharedCertificate(serving: AnyCluster['serving']): object {
  return {
    kind: 'certificate',
    issuer: 'cluster-ca',
    cn: serving === 'shared' ? 'kubelets' : 'kubelets-admin',
    ...(serving === 'shared' ? {} : { organizations: ['system:masters'] }),
    sans: ['front-1', 'back-1'],
    usages: serving === 'shared' ? ['server'] : ['server', 'client'],
  }
}
