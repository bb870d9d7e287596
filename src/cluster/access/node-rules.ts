import { type AccessRule, rule } from './access-rule.ts'

/** Since when nodes may watch single secrets and config maps, which 1.12's kubelet does. */
export const NODES_WATCH_SECRETS_SINCE = 12
/** TokenRequest: beta in 1.12. NodeLease: beta in 1.14. */
export const TOKEN_REQUEST_SINCE = 12
export const NODE_LEASE_SINCE = 14

/**
 * What every node may do, as the role system:node has it and the Node authorizer falls back to
 * (bootstrappolicy/policy.go: NodeRules).
 */
export function nodeRules(minor: number): readonly AccessRule[] {
  return [
    rule('create', 'authentication.k8s.io:tokenreviews'),
    rule('create', 'authorization.k8s.io:subjectaccessreviews,localsubjectaccessreviews'),
    rule('get,list,watch', 'services'),
    rule('create,get,list,watch', 'nodes'),
    rule('update,patch', 'nodes,nodes/status'),
    rule('create,update,patch', 'events'),
    rule('get,list,watch', 'pods'),
    rule('create,delete', 'pods'),
    rule('update,patch', 'pods/status'),
    rule('create', 'pods/eviction'),
    rule(minor >= NODES_WATCH_SECRETS_SINCE ? 'get,list,watch' : 'get', 'secrets,configmaps'),
    rule('get', 'persistentvolumeclaims,persistentvolumes'),
    rule('get,list,watch', 'endpoints'),
    rule('create,get,list,watch', 'certificates.k8s.io:certificatesigningrequests'),
    ...(minor >= TOKEN_REQUEST_SINCE ? [rule('create', 'serviceaccounts/token')] : []),
    ...(minor >= NODE_LEASE_SINCE ? [rule('get,create,update,patch,delete', 'coordination.k8s.io:leases')] : []),
  ]
}
