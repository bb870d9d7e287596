import { type AccessRule, pathRule, rule } from './access-rule.ts'
import { nodeRules } from './node-rules.ts'

/**
 * The cluster roles that an API server creates when it starts and that identities in this model have
 * (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, read at 1.5, 1.15 and master).
 */
export type RoleName =
  | 'cluster-admin'
  | 'system:discovery'
  | 'system:public-info-viewer'
  | 'system:basic-user'
  | 'system:node'
  | 'system:node-bootstrapper'
  | 'system:node-proxier'
  | 'system:kube-scheduler'
  | 'system:kube-controller-manager'
  | 'system:kubelet-api-admin'
  | 'system:auth-delegator'
  | 'system:certificates.k8s.io:certificatesigningrequests:nodeclient'
  | 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient'
  | 'system:controller:certificate-controller'
  | 'kubeadm:bootstrap-signer-clusterinfo'
  | 'kubeadm:get-nodes'

const EVENTS = rule('create,patch,update', 'events')
const REVIEWS = [
  rule('create', 'authentication.k8s.io:tokenreviews'),
  rule('create', 'authorization.k8s.io:subjectaccessreviews'),
]
const READ = 'get,list,watch'
const SIGNING_REQUESTS = 'certificates.k8s.io:certificatesigningrequests'
const VERSION_PATHS = ['/healthz', '/version', '/version/', '/livez', '/readyz']

export function rulesOf(role: RoleName, minor: number): readonly AccessRule[] {
  switch (role) {
    case 'cluster-admin':
      return [{ ...rule('*', '*'), groups: ['*'] }, pathRule('*', '*')]
    case 'system:discovery':
      return [pathRule('get', ...VERSION_PATHS, '/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*')]
    case 'system:public-info-viewer':
      return [pathRule('get', ...VERSION_PATHS)]
    case 'system:basic-user':
      return [rule('create', 'authorization.k8s.io:selfsubjectaccessreviews,selfsubjectrulesreviews')]
    case 'system:node':
      return nodeRules(minor)
    case 'system:node-bootstrapper':
      return [rule('create,get,list,watch', SIGNING_REQUESTS)]
    case 'system:node-proxier':
      return [
        rule(READ, 'services,endpoints'),
        rule(READ, 'discovery.k8s.io:endpointslices'),
        rule('get', 'nodes'),
        EVENTS,
      ]
    case 'system:kube-scheduler':
      return schedulerRules()
    case 'system:kube-controller-manager':
      return controllerManagerRules(minor)
    case 'system:kubelet-api-admin':
      return kubeletApiRules(minor)
    case 'system:auth-delegator':
      return REVIEWS
    case 'system:certificates.k8s.io:certificatesigningrequests:nodeclient':
      return [rule('create', `${SIGNING_REQUESTS}/nodeclient`)]
    case 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient':
      return [rule('create', `${SIGNING_REQUESTS}/selfnodeclient`)]
    case 'system:controller:certificate-controller':
      return [
        rule('delete,get,list,watch', SIGNING_REQUESTS),
        rule('update', `${SIGNING_REQUESTS}/status,certificatesigningrequests/approval`),
        rule('create', 'authorization.k8s.io:subjectaccessreviews'),
        EVENTS,
      ]
    case 'kubeadm:bootstrap-signer-clusterinfo':
      return [{ ...rule('get', 'configmaps'), names: ['cluster-info'], namespaces: ['kube-public'] }]
    case 'kubeadm:get-nodes':
      return [rule('get', 'nodes')]
  }
}

function schedulerRules(): readonly AccessRule[] {
  return [
    EVENTS,
    ...REVIEWS,
    rule('create', 'endpoints'),
    { ...rule('get,update,patch,delete', 'endpoints'), names: ['kube-scheduler'] },
    rule('create', 'coordination.k8s.io:leases'),
    { ...rule('get,update', 'coordination.k8s.io:leases'), names: ['kube-scheduler'] },
    rule(READ, 'nodes,services,replicationcontrollers,persistentvolumeclaims,persistentvolumes'),
    rule('get,list,watch,delete', 'pods'),
    rule('create', 'pods/binding,bindings'),
    rule('patch,update', 'pods/status'),
    rule(READ, 'apps:replicasets,statefulsets'),
    rule(READ, 'policy:poddisruptionbudgets'),
  ]
}

/**
 * Returns the rules of the controller manager's own identity. With it, the controller manager watches every resource,
 * including secrets. Its controllers use separate service accounts.
 */
function controllerManagerRules(minor: number): readonly AccessRule[] {
  return [
    EVENTS,
    ...REVIEWS,
    rule('create,get,update', 'endpoints,secrets,serviceaccounts'),
    rule('delete', 'secrets'),
    rule('get', 'namespaces,configmaps'),
    rule('create', 'coordination.k8s.io:leases'),
    { ...rule('get,update', 'coordination.k8s.io:leases'), names: ['kube-controller-manager'] },
    ...(minor >= 12 ? [rule('create', 'serviceaccounts/token')] : []),
    { ...rule('list,watch', '*'), groups: ['*'] },
  ]
}

/** KEP-2862 added the last three resources. `nodes/proxy` alone still gives access to the whole API of a kubelet. */
function kubeletApiRules(minor: number): readonly AccessRule[] {
  const fine = minor >= 33 ? ',nodes/pods,nodes/healthz,nodes/configz' : ''
  return [
    rule(READ, 'nodes'),
    rule('proxy', 'nodes'),
    rule('*', `nodes/proxy,nodes/metrics,nodes/spec,nodes/stats,nodes/log${fine}`),
  ]
}
