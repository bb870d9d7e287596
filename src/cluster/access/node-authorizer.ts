import { type Operation, type ResourceOperation, valueInSelector } from '../messages/operations.ts'
import { ruleAllows } from './access-rule.ts'
import { type Identity, nodeOf } from './identity.ts'
import type { NodeGraph, NodeRelated } from './node-graph.ts'
import { NODE_LEASE_SINCE, NODES_WATCH_SECRETS_SINCE, nodeRules, TOKEN_REQUEST_SINCE } from './node-rules.ts'

/** The decision of an authorizer. If it does not allow the operation, the next authorizer decides. */
export interface Decision {
  readonly allowed: boolean
  /** The reason in the words of Kubernetes; empty for none. */
  readonly reason: string
}

const ALLOW: Decision = { allowed: true, reason: '' }
const NO_OPINION: Decision = { allowed: false, reason: '' }

function deny(reason: string): Decision {
  return { allowed: false, reason }
}

/**
 * The first release with AuthorizeNodeWithSelectors (KEP-4601) on by default, as beta. Before, a node may read all
 * nodes and all pods.
 */
const SELECTORS_SINCE = 32

/**
 * Decides as the authorization mode Node does: it allows nodes the operations that they and their pods need
 * (plugin/pkg/auth/authorizer/node/node_authorizer.go).
 */
export function authorizeNode(identity: Identity, operation: Operation, graph: NodeGraph, minor: number): Decision {
  const node = nodeOf(identity)
  if (node === null) return NO_OPINION
  if (node === '') return deny(`unknown node for user "${identity.user}"`)
  const own = operation.kind === 'resource' ? authorizeGuarded(node, operation, graph, minor) : null
  if (own !== null) return own
  return nodeRules(minor).some((rule) => ruleAllows(rule, operation)) ? ALLOW : NO_OPINION
}

/**
 * Decides about resources of which a node may access only its own. Returns null for resources that every node may
 * access.
 */
function authorizeGuarded(
  node: string,
  operation: ResourceOperation,
  graph: NodeGraph,
  minor: number,
): Decision | null {
  if (operation.group === 'coordination.k8s.io' && operation.resource === 'leases') {
    return minor >= NODE_LEASE_SINCE ? authorizeLease(node, operation) : deny('disabled by feature gate NodeLease')
  }
  if (operation.group !== '') return null
  switch (operation.resource) {
    case 'secrets':
    case 'configmaps':
      return authorizeRead(node, operation, operation.resource, graph, minor)
    case 'serviceaccounts':
      return minor >= TOKEN_REQUEST_SINCE
        ? authorizeTokenRequest(node, operation, graph)
        : deny('disabled by feature gate TokenRequest')
    case 'nodes':
      return minor >= SELECTORS_SINCE ? authorizeNodeObject(node, operation) : null
    case 'pods':
      return minor >= SELECTORS_SINCE ? authorizePod(node, operation, graph) : null
    default:
      return null
  }
}

function authorizeRead(
  node: string,
  operation: ResourceOperation,
  kind: NodeRelated,
  graph: NodeGraph,
  minor: number,
): Decision {
  const { verb, subresource, namespace } = operation
  if (minor < NODES_WATCH_SECRETS_SINCE && verb !== 'get') return deny('can only get individual resources of this type')
  if (!isRead(verb)) return deny('can only read resources of this type')
  if (subresource !== null) return deny('cannot read subresource')
  if (namespace === null) return deny('can only read namespaced object of this type')
  return authorizeRelated(node, operation, kind, graph)
}

function authorizeRelated(
  node: string,
  { namespace, name }: ResourceOperation,
  kind: NodeRelated,
  graph: NodeGraph,
): Decision {
  if (name === null) return deny('No Object name found')
  if (graph.isRelated(node, kind, namespace ?? '', name)) return ALLOW
  return deny(`no relationship found between node '${node}' and this object`)
}

function authorizeTokenRequest(node: string, operation: ResourceOperation, graph: NodeGraph): Decision {
  if (operation.verb !== 'create' || operation.name === null) {
    return deny('can only create tokens for individual service accounts')
  }
  if (operation.subresource !== 'token') return deny('can only create token subresource of serviceaccount')
  return authorizeRelated(node, operation, 'serviceaccounts', graph)
}

/** Allows creation of any lease, since the URL does not name it; NodeRestriction checks its name. */
function authorizeLease(node: string, { verb, namespace, name }: ResourceOperation): Decision {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return deny('can only get, create, update, patch, or delete a node lease')
  }
  if (namespace !== 'kube-node-lease') {
    return deny('can only access leases in the "kube-node-lease" system namespace')
  }
  if (verb === 'create' || name === node) return ALLOW
  return deny('can only access node lease with the same name as the requesting node')
}

/** Allows writes to any Node; NodeRestriction restricts them to the node's own. */
function authorizeNodeObject(node: string, { verb, subresource, name }: ResourceOperation): Decision {
  if (subresource === null && ['create', 'update', 'patch'].includes(verb)) return ALLOW
  if (subresource === 'status' && ['update', 'patch'].includes(verb)) return ALLOW
  if (subresource !== null || !isRead(verb)) return NO_OPINION
  if (name === node) return ALLOW
  return deny(
    name === null
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${name}', only its own Node object`,
  )
}

function authorizePod(node: string, operation: ResourceOperation, graph: NodeGraph): Decision {
  const { verb, subresource, name, fieldSelector } = operation
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? ALLOW : NO_OPINION
  if (subresource === 'eviction') return verb === 'create' ? ALLOW : NO_OPINION
  if (subresource !== null) return NO_OPINION
  if (verb === 'create' || verb === 'delete') return ALLOW
  if (verb === 'get') return authorizeRelated(node, operation, 'pods', graph)
  if (!isRead(verb)) return NO_OPINION
  if (valueInSelector(fieldSelector, 'spec.nodeName') === node) return ALLOW
  if (name !== null) return authorizeRelated(node, operation, 'pods', graph)
  return deny('can only list/watch pods with spec.nodeName field selector')
}

function isRead(verb: string): boolean {
  return verb === 'get' || verb === 'list' || verb === 'watch'
}
