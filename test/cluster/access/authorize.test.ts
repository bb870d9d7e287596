import { describe, expect, test } from 'vitest'
import { type AuthorizationFacts, authorize, operationsToAllow } from '../../../src/cluster/access/authorize.ts'
import { bindsNodesWhenNew, type Installer } from '../../../src/cluster/access/default-bindings.ts'
import { forbiddenMessage } from '../../../src/cluster/access/forbidden.ts'
import { ANONYMOUS, type Identity } from '../../../src/cluster/access/identity.ts'
import { NodeGraph } from '../../../src/cluster/access/node-graph.ts'
import type { AuthorizationMode } from '../../../src/cluster/flags/apiserver/authorization-mode.ts'
import * as to from '../../../src/cluster/messages/apiserver-requests.ts'
import { kubeletOperations } from '../../../src/cluster/messages/kubelet-requests.ts'
import { operationOf, type RequestLine } from '../../../src/cluster/messages/operations.ts'
import { pods } from './credentials.ts'

const NODE_RBAC: readonly AuthorizationMode[] = ['Node', 'RBAC']

const as = (user: string, ...groups: readonly string[]): Identity => ({
  user,
  groups: [...groups, 'system:authenticated'],
})
const node1 = as('system:node:node-1', 'system:nodes')
const joining = as('system:bootstrap:abcdef', 'system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token')
const alice = as('alice')
const app = as('system:serviceaccount:default:app', 'system:serviceaccounts', 'system:serviceaccounts:default')
const scheduler = as('system:kube-scheduler')
const controllerManager = as('system:kube-controller-manager')

function facts(minor: number, changes: Partial<AuthorizationFacts> = {}): AuthorizationFacts {
  return {
    minor,
    installer: 'kubeadm',
    bindsNodes: minor < 8,
    grants: new Map(),
    groupGrants: new Map(),
    policies: [],
    graph: new NodeGraph(pods),
    ...changes,
  }
}

/** Returns `yes`, or the message that the client receives. */
function decide(identity: Identity, request: RequestLine, minor = 30, modes = NODE_RBAC, changes = {}): string {
  const operation = operationOf(request)
  const { allowed, reason } = authorize(modes, identity, operation, facts(minor, changes))
  return allowed ? 'yes' : forbiddenMessage(identity, operation, reason)
}

const get = (target: string): RequestLine => ({ method: 'GET', target })
const exec = to.podExec(
  { namespace: 'default', pod: 'app-1', container: 'app' },
  ['sh'],
  { stdin: true, tty: true },
  'spdy',
)

describe('authorization modes run in their order, and the first that allows decides', () => {
  test('AlwaysAllow allows anonymous exec, also after AlwaysDeny', () => {
    expect(decide(ANONYMOUS, exec, 6, ['AlwaysAllow'])).toBe('yes')
    expect(decide(ANONYMOUS, exec, 6, ['AlwaysDeny', 'AlwaysAllow'])).toBe('yes')
  })

  test('AlwaysDeny denies everything except to system:masters', () => {
    expect(decide(alice, exec, 30, ['AlwaysDeny'])).toBe(
      'pods "app-1" is forbidden: User "alice" cannot create resource "pods/exec" in API group "" in the namespace "default": Everything is forbidden.',
    )
    expect(decide(as('admin', 'system:masters'), exec, 30, ['AlwaysDeny'])).toBe('yes')
  })
})

describe('the message of a refusal is that of Kubernetes for', () => {
  test.each([
    [
      exec,
      'pods "app-1" is forbidden: User "alice" cannot create resource "pods/exec" in API group "" in the namespace "default"',
    ],
    [
      get('/api/v1/nodes'),
      'nodes is forbidden: User "alice" cannot list resource "nodes" in API group "" at the cluster scope',
    ],
    [
      get('/apis/apps/v1/namespaces/default/deployments/web'),
      'deployments.apps "web" is forbidden: User "alice" cannot get resource "deployments" in API group "apps" in the namespace "default"',
    ],
    [get('/metrics'), 'forbidden: User "alice" cannot get path "/metrics"'],
  ])('the message of a refusal is that of Kubernetes: %j', (request, message) => {
    expect(decide(alice, request)).toBe(message)
  })
})

describe('a node', () => {
  const secret = (name: string) => to.getForPod('secrets', 'default', name)
  const noRelation = ": no relationship found between node 'node-1' and this object"

  test('a node reads the secrets of its own pods and no others, from 1.7 on', () => {
    for (const minor of [7, 20, 37]) {
      expect(decide(node1, secret('db'), minor, ['Node'])).toBe('yes')
      expect(decide(node1, secret('tls'), minor, ['Node'])).toBe(
        `secrets "tls" is forbidden: User "system:node:node-1" cannot get resource "secrets" in API group "" in the namespace "default"${noRelation}`,
      )
      expect(decide(node1, to.getForPod('configmaps', 'default', 'shared'), minor, ['Node'])).toBe('yes')
    }
  })

  test('a node reads all secrets in 1.6, which has RBAC only', () => {
    expect(decide(node1, secret('tls'), 6, ['RBAC'])).toBe('yes')
    expect(decide(node1, secret('tls'), 8, ['RBAC'])).toContain('is forbidden')
  })

  test('a node may watch single secrets since 1.12, and may not list all', () => {
    const watch = to.watchForPod('secrets', 'default', 'db', 300, 30)
    expect(decide(node1, watch, 11)).toContain(': can only get individual resources of this type')
    expect(decide(node1, watch, 12)).toBe('yes')
    expect(decide(node1, get('/api/v1/namespaces/default/secrets'))).toContain(': No Object name found')
    expect(decide(node1, get('/api/v1/secrets'))).toContain(': can only read namespaced object of this type')
  })

  test('a node gets tokens for the service accounts of its own pods only', () => {
    expect(decide(node1, to.requestToken('default', 'app'))).toBe('yes')
    expect(decide(node1, to.requestToken('default', 'web'))).toContain(noRelation)
    expect(decide(node1, to.requestToken('default', 'app'), 11)).toContain(': disabled by feature gate TokenRequest')
  })

  test('a node renews its own lease only', () => {
    expect(decide(node1, to.renewLease('node-1', 30))).toBe('yes')
    expect(decide(node1, to.renewLease('node-2', 30))).toContain(
      ': can only access node lease with the same name as the requesting node',
    )
    expect(decide(node1, to.renewLease('node-1', 13), 13)).toContain(': disabled by feature gate NodeLease')
  })

  test('a node lists all pods and nodes until 1.31, and only its own since 1.32', () => {
    expect(decide(node1, get('/api/v1/pods'), 31)).toBe('yes')
    expect(decide(node1, get('/api/v1/pods'), 32)).toContain(
      ': can only list/watch pods with spec.nodeName field selector',
    )
    expect(decide(node1, to.listPodsOfNode('node-1'), 32)).toBe('yes')
    expect(decide(node1, to.listPodsOfNode('node-2'), 32)).toContain('is forbidden')
    expect(decide(node1, get('/api/v1/nodes'), 31)).toBe('yes')
    expect(decide(node1, get('/api/v1/nodes/node-2'), 32)).toContain(
      ": node 'node-1' cannot read 'node-2', only its own Node object",
    )
    expect(decide(node1, to.getNode('node-1'), 32)).toBe('yes')
  })

  test('the authorizers let a node patch any Node, and only NodeRestriction restricts this', () => {
    expect(decide(node1, to.patchNodeStatus('node-2'))).toBe('yes')
  })

  test('a node may create the reviews for its own port, and signing requests', () => {
    expect(decide(node1, to.createTokenReview(30))).toBe('yes')
    expect(decide(node1, to.createSubjectAccessReview(30))).toBe('yes')
    expect(decide(node1, to.createSigningRequest(30))).toBe('yes')
  })

  test('a node may neither exec nor approve its own signing request', () => {
    expect(decide(node1, exec)).toContain('is forbidden')
    expect(decide(node1, to.approveSigningRequest('csr-1', 30))).toContain('is forbidden')
  })
})

describe('a node that joins a cluster of kubeadm', () => {
  test('a joining node may request a certificate and nothing else', () => {
    expect(decide(joining, to.createSigningRequest(30))).toBe('yes')
    expect(decide(joining, to.watchSigningRequests('csr-1', 300, 30))).toBe('yes')
    expect(decide(joining, to.getForPod('secrets', 'default', 'db'))).toContain('is forbidden')
  })

  test('a joining node may create nodeclient requests, so that its own is approved automatically', () => {
    const selfApproval = {
      kind: 'resource',
      verb: 'create',
      group: 'certificates.k8s.io',
      version: 'v1',
      resource: 'certificatesigningrequests',
      subresource: 'nodeclient',
      namespace: null,
      name: null,
      fieldSelector: null,
    } as const
    expect(authorize(NODE_RBAC, joining, selfApproval, facts(30)).reason).toBe(
      'RBAC: allowed by ClusterRoleBinding "kubeadm:node-autoapprove-bootstrap" of ClusterRole "system:certificates.k8s.io:certificatesigningrequests:nodeclient" to Group "system:bootstrappers:kubeadm:default-node-token"',
    )
    expect(authorize(NODE_RBAC, joining, selfApproval, facts(30, { installer: 'nobody' })).allowed).toBe(false)
  })
})

describe('an anonymous client', () => {
  test('an anonymous client discovers the API until 1.13, and reads health and version in every release', () => {
    expect(decide(ANONYMOUS, get('/apis'), 13)).toBe('yes')
    expect(decide(ANONYMOUS, get('/apis'), 14)).toBe('forbidden: User "system:anonymous" cannot get path "/apis"')
    expect(decide(ANONYMOUS, get('/version'), 30)).toBe('yes')
  })

  test('an anonymous client reads cluster-info where kubeadm installed the cluster', () => {
    expect(decide(ANONYMOUS, to.getClusterInfo())).toBe('yes')
    expect(decide(ANONYMOUS, to.getClusterInfo(), 30, NODE_RBAC, { installer: 'nobody' })).toContain('is forbidden')
    expect(decide(ANONYMOUS, to.getForPod('configmaps', 'kube-public', 'other'))).toContain('is forbidden')
  })
})

describe('roles', () => {
  const secrets = get('/api/v1/secrets')

  test('a default service account has only the discovery role', () => {
    expect(decide(app, get('/api/v1/namespaces/default/pods'))).toContain('cannot list resource "pods"')
    expect(decide(app, get('/apis'))).toBe('yes')
  })

  test('the controller manager may watch every resource, and the scheduler only those for scheduling', () => {
    expect(decide(controllerManager, secrets)).toBe('yes')
    expect(decide(scheduler, secrets)).toContain('is forbidden')
    expect(decide(scheduler, { method: 'POST', target: '/api/v1/namespaces/default/pods/app-1/binding' })).toBe('yes')
    const lease = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/'
    expect(decide(scheduler, { method: 'PUT', target: `${lease}kube-scheduler` })).toBe('yes')
    expect(decide(scheduler, { method: 'PUT', target: `${lease}kube-controller-manager` })).toContain('is forbidden')
  })

  test('a rule of the scenario holds in its namespaces only', () => {
    const grants = new Map([
      ['alice', [{ verbs: ['create'], resources: ['pods/exec'], namespaces: ['default'] }]],
      ['bob', [{ verbs: ['*'], resources: ['*'], namespaces: null }]],
    ])
    const elsewhere = { ...exec, target: exec.target.replace('default', 'kube-system') }
    expect(decide(alice, exec, 30, NODE_RBAC, { grants })).toBe('yes')
    expect(decide(alice, elsewhere, 30, NODE_RBAC, { grants })).toContain('in the namespace "kube-system"')
    expect(decide(alice, secrets, 30, NODE_RBAC, { grants })).toContain('is forbidden')
    expect(decide(as('bob'), get('/metrics'), 30, NODE_RBAC, { grants })).toBe('yes')
  })

  test('get on nodes/proxy is enough to run a command in any container of a node', () => {
    const grants = new Map([['monitor', [{ verbs: ['get'], resources: ['nodes/proxy'], namespaces: null }]]])
    const [operation] = kubeletOperations(get('/exec/default/app-1/app?command=id&output=1'), 'node-1', 30)
    expect(authorize(['RBAC'], as('monitor'), operation, facts(30, { grants })).allowed).toBe(true)
    const [bySpdy] = kubeletOperations({ method: 'POST', target: '/exec/default/app-1/app' }, 'node-1', 30)
    expect(authorize(['RBAC'], as('monitor'), bySpdy, facts(30, { grants })).allowed).toBe(false)
  })

  test('the API server’s certificate gets access to kubelets by its group, or by a role binding of kube-up', () => {
    const [operation] = kubeletOperations(get('/containerLogs/default/app-1/app'), 'node-1', 30)
    const isAllowed = (identity: Identity, installer: AuthorizationFacts['installer'], minor = 30) =>
      authorize(NODE_RBAC, identity, operation, facts(minor, { installer })).allowed
    expect(isAllowed(as('kube-apiserver-kubelet-client', 'system:masters'), 'kubeadm')).toBe(true)
    expect(isAllowed(as('kube-apiserver-kubelet-client', 'kubeadm:cluster-admins'), 'kubeadm', 29)).toBe(true)
    expect(isAllowed(as('kube-apiserver-kubelet-client', 'kubeadm:cluster-admins'), 'kubeadm', 28)).toBe(false)
    expect(isAllowed(as('kube-apiserver'), 'gce')).toBe(true)
    expect(isAllowed(as('kube-apiserver'), 'nobody')).toBe(false)
  })
})

test('the binding system:node has nodes in 1.6 and 1.7, but in 1.7 not with the Node authorizer of kubeadm', () => {
  const binds = (minor: number, modes: readonly AuthorizationMode[], installer: Installer = 'kubeadm') =>
    bindsNodesWhenNew(minor, installer, { authorizationMode: modes })
  expect([6, 7, 8, 30].map((minor) => binds(minor, ['RBAC']))).toEqual([true, true, false, false])
  expect([6, 7, 8].map((minor) => binds(minor, NODE_RBAC))).toEqual([true, false, false])
  expect([7, 8].map((minor) => binds(minor, NODE_RBAC, 'gce'))).toEqual([true, false])
})

test('only nodes gain by the binding system:node', () => {
  const secret = to.getForPod('secrets', 'kube-system', 'admin-token')
  const decided = (identity: Identity, bindsNodes: boolean) => decide(identity, secret, 30, NODE_RBAC, { bindsNodes })
  expect(decided(node1, true)).toBe('yes')
  expect(decided(node1, false)).toContain('is forbidden')
  expect(decided(alice, true)).toContain('is forbidden')
})

test('exec by WebSocket needs get, and create too where the gate is open', () => {
  const bySocket = operationOf({ method: 'GET', target: exec.target })
  expect(operationsToAllow(bySocket, false).map(({ verb }) => verb)).toEqual(['get'])
  expect(operationsToAllow(bySocket, true).map(({ verb }) => verb)).toEqual(['get', 'create'])
  expect(operationsToAllow(operationOf(exec), true).map(({ verb }) => verb)).toEqual(['create'])
  expect(operationsToAllow(operationOf(get('/api/v1/namespaces/default/pods/app-1/log')), true)).toHaveLength(1)
})

test('the rules of a group allow what they say to all its members, and to nobody else', () => {
  const rule = { verbs: ['get'], resources: ['nodes/proxy'], namespaces: null }
  const changes = { groupGrants: new Map([['system:unauthenticated', [rule]]]) }
  const request = get('/api/v1/nodes/node-1/proxy/pods')
  expect(decide(ANONYMOUS, request, 30, NODE_RBAC, changes)).toBe('yes')
  expect(decide(alice, request, 30, NODE_RBAC, changes)).not.toBe('yes')
})
