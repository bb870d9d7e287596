import { describe, expect, test } from 'vitest'
import { ruleAllows } from '../../../src/cluster/access/access-rule.ts'
import { type AuthorizationFacts, authorize, operationsToAllow } from '../../../src/cluster/access/authorize.ts'
import { bindingsFor, type Installer } from '../../../src/cluster/access/default-bindings.ts'
import { type RoleName, rulesOf } from '../../../src/cluster/access/default-roles.ts'
import type { Identity } from '../../../src/cluster/access/identity.ts'
import { NodeGraph } from '../../../src/cluster/access/node-graph.ts'
import { pods } from './credentials.ts'
import { operation, VERBS } from './operation.ts'

/** The resources that differ in who may do what, by API group. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  '': [
    'pods',
    'pods/exec',
    'pods/status',
    'pods/binding',
    'pods/eviction',
    'bindings',
    'secrets',
    'configmaps',
    'serviceaccounts',
    'serviceaccounts/token',
    'nodes',
    'nodes/status',
    'nodes/proxy',
    'nodes/metrics',
    'nodes/spec',
    'nodes/stats',
    'nodes/log',
    'nodes/pods',
    'nodes/healthz',
    'nodes/configz',
    'services',
    'endpoints',
    'events',
    'namespaces',
    'replicationcontrollers',
    'persistentvolumes',
    'persistentvolumeclaims',
  ],
  'apps.k8s.io': ['deployments'],
  apps: ['replicasets', 'statefulsets'],
  policy: ['poddisruptionbudgets'],
  'discovery.k8s.io': ['endpointslices'],
  'coordination.k8s.io': ['leases'],
  'authentication.k8s.io': ['tokenreviews'],
  'authorization.k8s.io': [
    'subjectaccessreviews',
    'localsubjectaccessreviews',
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
  ],
  'certificates.k8s.io': [
    'certificatesigningrequests',
    'certificatesigningrequests/status',
    'certificatesigningrequests/approval',
    'certificatesigningrequests/nodeclient',
    'certificatesigningrequests/selfnodeclient',
  ],
}

const PATHS = [
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/version/',
  '/api',
  '/api/v1',
  '/apis',
  '/apis/apps',
  '/openapi',
  '/openapi/v2',
  '/metrics',
]

/** Returns the verbs that a role may use on each resource without a name, a line for each. */
function permissionsOf(role: RoleName, minor: number): string {
  const rules = rulesOf(role, minor)
  const lines: string[] = []
  for (const [group, resources] of Object.entries(RESOURCES)) {
    for (const each of resources) {
      const [resource, subresource = null] = each.split('/')
      const verbs = VERBS.filter((verb) =>
        rules.some((rule) => ruleAllows(rule, operation(verb, resource, { group, subresource, namespace: null }))),
      )
      if (verbs.length > 0) lines.push(`${each}: ${verbs.join(' ')}`)
    }
  }
  const paths = PATHS.filter((path) => rules.some((rule) => ruleAllows(rule, { kind: 'path', verb: 'get', path })))
  return [...lines, ...(paths.length > 0 ? [`paths: ${paths.join(' ')}`] : [])].join('\n')
}

describe('the permissions of a role', () => {
  test('the role cluster-admin has all permissions', () => {
    const all = Object.values(RESOURCES)
      .flat()
      .map((resource) => `${resource}: ${VERBS.join(' ')}`)
    expect(permissionsOf('cluster-admin', 30)).toBe([...all, `paths: ${PATHS.join(' ')}`].join('\n'))
  })

  test('every client has permission to discover the API and itself', () => {
    expect(permissionsOf('system:discovery', 30)).toMatchInlineSnapshot(
      `"paths: /healthz /livez /readyz /version /version/ /api /api/v1 /apis /apis/apps /openapi /openapi/v2"`,
    )
    expect(permissionsOf('system:public-info-viewer', 30)).toMatchInlineSnapshot(
      `"paths: /healthz /livez /readyz /version /version/"`,
    )
    expect(permissionsOf('system:basic-user', 30)).toMatchInlineSnapshot(`
      "selfsubjectaccessreviews: create
      selfsubjectrulesreviews: create"
    `)
  })

  test('the permissions of nodes grow in 1.12 and 1.14', () => {
    expect(permissionsOf('system:node', 11)).toMatchInlineSnapshot(`
      "pods: get list watch create delete
      pods/status: update patch
      pods/eviction: create
      secrets: get
      configmaps: get
      nodes: get list watch create update patch
      nodes/status: update patch
      services: get list watch
      endpoints: get list watch
      events: create update patch
      persistentvolumes: get
      persistentvolumeclaims: get
      tokenreviews: create
      subjectaccessreviews: create
      localsubjectaccessreviews: create
      certificatesigningrequests: get list watch create"
    `)
    const grown = (from: number, to: number) => {
      const before = permissionsOf('system:node', from).split('\n')
      return permissionsOf('system:node', to)
        .split('\n')
        .filter((line) => !before.includes(line))
    }
    expect(grown(11, 12)).toMatchInlineSnapshot(`
      [
        "secrets: get list watch",
        "configmaps: get list watch",
        "serviceaccounts/token: create",
      ]
    `)
    expect(grown(12, 13)).toEqual([])
    expect(grown(13, 14)).toMatchInlineSnapshot(`
      [
        "leases: get create update patch delete",
      ]
    `)
    expect(grown(14, 37)).toEqual([])
  })

  test('the permissions of joining nodes are about signing requests', () => {
    expect(permissionsOf('system:node-bootstrapper', 30)).toMatchInlineSnapshot(
      `"certificatesigningrequests: get list watch create"`,
    )
    expect(permissionsOf('system:certificates.k8s.io:certificatesigningrequests:nodeclient', 30)).toMatchInlineSnapshot(
      `"certificatesigningrequests/nodeclient: create"`,
    )
    expect(
      permissionsOf('system:certificates.k8s.io:certificatesigningrequests:selfnodeclient', 30),
    ).toMatchInlineSnapshot(`"certificatesigningrequests/selfnodeclient: create"`)
    expect(permissionsOf('system:controller:certificate-controller', 30)).toMatchInlineSnapshot(`
      "events: create update patch
      subjectaccessreviews: create
      certificatesigningrequests: get list watch delete
      certificatesigningrequests/status: update
      certificatesigningrequests/approval: update"
    `)
    expect(permissionsOf('kubeadm:get-nodes', 30)).toMatchInlineSnapshot(`"nodes: get"`)
  })

  test('each program of the control plane has its permissions', () => {
    expect(permissionsOf('system:node-proxier', 30)).toMatchInlineSnapshot(`
      "nodes: get
      services: get list watch
      endpoints: get list watch
      events: create update patch
      endpointslices: get list watch"
    `)
    expect(permissionsOf('system:kube-scheduler', 30)).toMatchInlineSnapshot(`
      "pods: get list watch delete
      pods/status: update patch
      pods/binding: create
      bindings: create
      nodes: get list watch
      services: get list watch
      endpoints: create
      events: create update patch
      replicationcontrollers: get list watch
      persistentvolumes: get list watch
      persistentvolumeclaims: get list watch
      replicasets: get list watch
      statefulsets: get list watch
      poddisruptionbudgets: get list watch
      leases: create
      tokenreviews: create
      subjectaccessreviews: create"
    `)
    expect(permissionsOf('system:auth-delegator', 30)).toMatchInlineSnapshot(`
      "tokenreviews: create
      subjectaccessreviews: create"
    `)
  })

  test('the controller manager may watch everything, and create tokens from 1.12 on', () => {
    const every = permissionsOf('system:kube-controller-manager', 11).split('\n')
    expect(every.every((line) => line.includes('list watch'))).toBe(true)
    expect(every.filter((line) => !line.endsWith(': list watch'))).toMatchInlineSnapshot(`
      [
        "secrets: get list watch create update delete",
        "configmaps: get list watch",
        "serviceaccounts: get list watch create update",
        "endpoints: get list watch create update",
        "events: list watch create update patch",
        "namespaces: get list watch",
        "leases: list watch create",
        "tokenreviews: list watch create",
        "subjectaccessreviews: list watch create",
      ]
    `)
    const token = (minor: number) =>
      permissionsOf('system:kube-controller-manager', minor)
        .split('\n')
        .find((line) => line.startsWith('serviceaccounts/token'))
    expect([token(11), token(12)]).toEqual([
      'serviceaccounts/token: list watch',
      'serviceaccounts/token: list watch create',
    ])
  })

  test('the permissions of the kubelet API have three more resources from 1.33 on', () => {
    expect(permissionsOf('system:kubelet-api-admin', 32)).toMatchInlineSnapshot(`
      "nodes: get list watch proxy
      nodes/proxy: get list watch create update patch delete deletecollection proxy
      nodes/metrics: get list watch create update patch delete deletecollection proxy
      nodes/spec: get list watch create update patch delete deletecollection proxy
      nodes/stats: get list watch create update patch delete deletecollection proxy
      nodes/log: get list watch create update patch delete deletecollection proxy"
    `)
    const before = permissionsOf('system:kubelet-api-admin', 32).split('\n')
    const after = permissionsOf('system:kubelet-api-admin', 33).split('\n')
    expect(after.filter((line) => !before.includes(line)).map((line) => line.split(':')[0])).toEqual([
      'nodes/pods',
      'nodes/healthz',
      'nodes/configz',
    ])
  })

  test.each<[RoleName, string, string, readonly string[]]>([
    ['system:kube-scheduler', 'endpoints', 'kube-scheduler', ['get', 'update', 'patch', 'delete']],
    ['system:kube-scheduler', 'leases', 'kube-scheduler', ['get', 'update']],
    ['system:kube-controller-manager', 'leases', 'kube-controller-manager', ['get', 'update']],
    ['kubeadm:bootstrap-signer-clusterinfo', 'configmaps', 'cluster-info', ['get']],
  ])('permission %s on its own %s named %s is added', (role, resource, name, verbs) => {
    const group = resource === 'leases' ? 'coordination.k8s.io' : ''
    const isAllowed = (verb: string, changes: object) =>
      rulesOf(role, 30).some((rule) =>
        ruleAllows(rule, operation(verb, resource, { group, name, namespace: 'kube-public', ...changes })),
      )
    for (const verb of verbs) {
      expect(isAllowed(verb, {})).toBe(true)
      expect(isAllowed(verb, { name: 'other' })).toBe(false)
      expect(isAllowed(verb, { name: null })).toBe(false)
      if (resource === 'configmaps') expect(isAllowed(verb, { namespace: 'default' })).toBe(false)
    }
  })
})

const SUBJECTS: readonly Identity[] = [
  { user: 'root', groups: ['system:masters'] },
  { user: 'alice', groups: ['system:authenticated'] },
  { user: 'system:anonymous', groups: ['system:unauthenticated'] },
  { user: 'system:node:node-1', groups: ['system:nodes'] },
  { user: 'system:kube-proxy', groups: [] },
  { user: 'system:kube-scheduler', groups: [] },
  { user: 'system:kube-controller-manager', groups: [] },
  { user: 'system:serviceaccount:kube-system:certificate-controller', groups: [] },
  { user: 'system:serviceaccount:kube-system:kube-proxy', groups: [] },
  { user: 'joining', groups: ['system:bootstrappers'] },
  { user: 'joining', groups: ['system:bootstrappers:kubeadm:default-node-token'] },
  { user: 'admin', groups: ['kubeadm:cluster-admins'] },
  { user: 'kube-apiserver', groups: [] },
  { user: 'kubelet', groups: [] },
]

function bindings(minor: number, installer: Installer, bindsNodes: boolean): string {
  return SUBJECTS.map((identity) => {
    const names = bindingsFor(identity, { minor, installer, bindsNodes }).map(
      ({ name, kind }) => `${name}${kind === 'RoleBinding' ? ' (in a namespace)' : ''}`,
    )
    return names.length === 0 ? '' : `${identity.groups[0] ?? identity.user}: ${names.join(', ')}`
  })
    .filter((line) => line !== '')
    .join('\n')
}

describe('the bindings of a cluster', () => {
  test('kubeadm binds all nodes at 1.6', () => {
    expect(bindings(6, 'kubeadm', true)).toMatchInlineSnapshot(`
      "system:masters: cluster-admin
      system:authenticated: system:discovery, system:basic-user
      system:unauthenticated: system:discovery, system:basic-user, kubeadm:bootstrap-signer-clusterinfo (in a namespace)
      system:nodes: system:node, kubeadm:node-autoapprove-certificate-rotation
      system:kube-proxy: system:node-proxier
      system:kube-scheduler: system:kube-scheduler
      system:kube-controller-manager: system:kube-controller-manager
      system:serviceaccount:kube-system:certificate-controller: system:controller:certificate-controller
      system:serviceaccount:kube-system:kube-proxy: kubeadm:node-proxier
      system:bootstrappers: kubeadm:kubelet-bootstrap, kubeadm:node-autoapprove-bootstrap"
    `)
  })

  test('the bindings of kubeadm at 1.36 are as listed', () => {
    expect(bindings(36, 'kubeadm', false)).toMatchInlineSnapshot(`
      "system:masters: cluster-admin
      system:authenticated: system:discovery, system:basic-user, system:public-info-viewer
      system:unauthenticated: system:public-info-viewer, kubeadm:bootstrap-signer-clusterinfo (in a namespace)
      system:nodes: kubeadm:node-autoapprove-certificate-rotation
      system:kube-proxy: system:node-proxier
      system:kube-scheduler: system:kube-scheduler
      system:kube-controller-manager: system:kube-controller-manager
      system:serviceaccount:kube-system:certificate-controller: system:controller:certificate-controller
      system:serviceaccount:kube-system:kube-proxy: kubeadm:node-proxier
      system:bootstrappers:kubeadm:default-node-token: kubeadm:kubelet-bootstrap, kubeadm:node-autoapprove-bootstrap, kubeadm:get-nodes
      kubeadm:cluster-admins: kubeadm:cluster-admins"
    `)
  })

  test('the bindings of kube-up at 1.13 are as listed', () => {
    expect(bindings(13, 'gce', false)).toMatchInlineSnapshot(`
      "system:masters: cluster-admin
      system:authenticated: system:discovery, system:basic-user
      system:unauthenticated: system:discovery, system:basic-user
      system:nodes: gce:beta:kubelet-certificate-rotation
      system:kube-proxy: system:node-proxier
      system:kube-scheduler: system:kube-scheduler
      system:kube-controller-manager: system:kube-controller-manager
      system:serviceaccount:kube-system:certificate-controller: system:controller:certificate-controller
      kube-apiserver: kube-apiserver-kubelet-api-admin
      kubelet: kubelet-bootstrap, gce:beta:kubelet-certificate-bootstrap"
    `)
  })

  test('without an installer, the bindings are those of the API server', () => {
    expect(bindings(14, 'nobody', false)).toMatchInlineSnapshot(`
      "system:masters: cluster-admin
      system:authenticated: system:discovery, system:basic-user, system:public-info-viewer
      system:unauthenticated: system:public-info-viewer
      system:kube-proxy: system:node-proxier
      system:kube-scheduler: system:kube-scheduler
      system:kube-controller-manager: system:kube-controller-manager
      system:serviceaccount:kube-system:certificate-controller: system:controller:certificate-controller"
    `)
  })

  test('the bindings of kubeadm change only at 1.8, 1.14, 1.18 and 1.29', () => {
    const changes = Array.from({ length: 37 }, (_, i) => i + 1).filter(
      (minor) => bindings(minor, 'kubeadm', false) !== bindings(minor - 1, 'kubeadm', false),
    )
    expect(changes).toEqual([8, 14, 18, 29])
  })
})

describe('an authorizer', () => {
  const facts = (changes: Partial<AuthorizationFacts> = {}): AuthorizationFacts => ({
    minor: 30,
    installer: 'kubeadm',
    bindsNodes: false,
    grants: new Map([['alice', [{ verbs: ['get'], resources: ['pods'], namespaces: null }]]]),
    graph: new NodeGraph(pods),
    policies: [],
    groupGrants: new Map(),
    ...changes,
  })
  const alice: Identity = { user: 'alice', groups: [] }
  const node1: Identity = { user: 'system:node:node-1', groups: ['system:nodes'] }
  const getPods = operation('get', 'pods', { name: 'app-1' })

  test('RBAC names the binding, or the user, whose rules allow', () => {
    expect(authorize(['RBAC'], alice, getPods, facts())).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by the rules of the user "alice"',
    })
    expect(authorize(['RBAC'], { user: 'bob', groups: [] }, getPods, facts())).toEqual({ allowed: false, reason: '' })
    expect(authorize(['RBAC'], node1, getPods, facts({ bindsNodes: true })).reason).toBe(
      'RBAC: allowed by ClusterRoleBinding "system:node" of ClusterRole "system:node" to Group "system:nodes"',
    )
    const info = operation('get', 'configmaps', { name: 'cluster-info', namespace: 'kube-public' })
    expect(authorize(['RBAC'], { user: 'system:anonymous', groups: [] }, info, facts()).reason).toBe(
      'RBAC: allowed by RoleBinding "kubeadm:bootstrap-signer-clusterinfo" of Role "kubeadm:bootstrap-signer-clusterinfo" to User "system:anonymous"',
    )
  })

  test('an authorizer that allows comes after those that give reasons against', () => {
    const other = operation('get', 'secrets', { name: 'tls' })
    const refusal = "no relationship found between node 'node-1' and this object"
    expect(authorize(['Node', 'AlwaysDeny'], node1, other, facts())).toEqual({
      allowed: false,
      reason: `${refusal}\nEverything is forbidden.`,
    })
    expect(authorize(['Node', 'RBAC'], node1, other, facts())).toEqual({ allowed: false, reason: refusal })
    expect(authorize(['Node', 'AlwaysAllow'], node1, other, facts())).toEqual({ allowed: true, reason: '' })
    expect(authorize([], node1, other, facts())).toEqual({ allowed: false, reason: '' })
    const admin = { user: 'root', groups: ['system:masters'] }
    expect(authorize([], admin, other, facts())).toEqual({ allowed: true, reason: '' })
  })

  test('the authorizer of upgrades checks two verbs if the gate is on, for three subresources of pods', () => {
    const verbs = (isOpen: boolean, ...rest: Parameters<typeof operation>) =>
      operationsToAllow(operation(...rest), isOpen).map(({ verb }) => verb)
    for (const subresource of ['exec', 'attach', 'portforward']) {
      expect(verbs(true, 'get', 'pods', { subresource })).toEqual(['get', 'create'])
      expect(verbs(false, 'get', 'pods', { subresource })).toEqual(['get'])
      expect(verbs(true, 'create', 'pods', { subresource })).toEqual(['create'])
      expect(verbs(true, 'get', 'nodes', { subresource })).toEqual(['get'])
      expect(verbs(true, 'get', 'pods', { subresource, group: 'apps' })).toEqual(['get'])
    }
    expect(verbs(true, 'get', 'pods', { subresource: 'log' })).toEqual(['get'])
    expect(verbs(true, 'get', 'pods')).toEqual(['get'])
    expect(operationsToAllow({ kind: 'path', verb: 'get', path: '/' }, true)).toHaveLength(1)
  })
})
