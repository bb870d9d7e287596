import { type AccessRule, rule } from './access-rule.ts'

/** The first release in which nodes may watch single secrets and config maps. The kubelet of that release does. */
export const NODES_WATCH_SECRETS_SINCE = 12
/** The first releases with the features TokenRequest and NodeLease as beta. */
export const TOKEN_REQUEST_SINCE = 12
export const NODE_LEASE_SINCE = 14

/**
 * Returns the permissions of every node: the rules of the role system:node, which the Node authorizer uses too
 * (bootstrappolicy/policy.go, NodeRules).
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
