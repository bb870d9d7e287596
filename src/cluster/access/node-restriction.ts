import type { ResourceOperation } from '../messages/operations.ts'
import { type Identity, nodeOf } from './identity.ts'

/**
 * The properties of a written object that the admission plugin NodeRestriction checks, in addition to its name in the
 * URL.
 */
export interface WrittenObject {
  /**
   * The node that the pod, or the pod of a token, is bound to; null if it is bound to none, or the object is not a pod.
   */
  readonly podNode: string | null
  /** True if the pod is the mirror of a static pod of the node, and refers to no other object of the cluster. */
  readonly isMirrorPod: boolean
  /**
   * The name in the body of a request that creates an object, since the URL does not contain it; null for other
   * requests.
   */
  readonly createdName: string | null
  readonly changesTaints: boolean
  /** The keys of the labels that the request adds, changes or removes. */
  readonly changedLabels: readonly string[]
}

export const PLAIN_WRITE: WrittenObject = {
  podNode: null,
  isMirrorPod: false,
  createdName: null,
  changesTaints: false,
  changedLabels: [],
}

/**
 * Decides as the admission plugin NodeRestriction does: a node may write its own Node and lease, and pods bound to it.
 * Returns null if the write is admitted, or if no node wrote it. Reads and forwarded requests do not pass this plugin.
 *
 * A node may write all of its own Node except taints and some labels. That includes addresses and the kubelet's port.
 * So a node can make the API server connect to any address, with or without this plugin
 * (plugin/pkg/admission/noderestriction/admission.go).
 */
export function refusalOfNode(identity: Identity, operation: ResourceOperation, written: WrittenObject): string | null {
  const node = nodeOf(identity)
  if (node === null) return null
  if (node === '') return `could not determine node from user "${identity.user}"`
  if (!['create', 'update', 'patch', 'delete'].includes(operation.verb) || isConnect(operation)) return null
  if (operation.group === 'coordination.k8s.io' && operation.resource === 'leases') {
    return refusalOfLease(node, operation, written)
  }
  if (operation.group !== '') return null
  switch (operation.resource) {
    case 'pods':
      return refusalOfPod(node, operation, written)
    case 'nodes':
      return refusalOfOwnNode(node, operation, written)
    case 'serviceaccounts':
      return operation.verb === 'create' && operation.subresource === 'token' ? refusalOfToken(node, written) : null
    default:
      return null
  }
}

/**
 * Returns whether a request opens a connection through the apiserver. Admission sees such a request as the operation
 * CONNECT, which this plugin does not handle.
 */
function isConnect({ subresource }: ResourceOperation): boolean {
  return subresource !== null && CONNECTING.includes(subresource)
}

const CONNECTING: readonly string[] = ['exec', 'attach', 'portforward', 'proxy']

function refusalOfPod(node: string, { verb, subresource }: ResourceOperation, written: WrittenObject): string | null {
  const isOwn = written.podNode === node
  switch (subresource) {
    case null:
      if (verb === 'delete')
        return isOwn ? null : `node "${node}" can only delete pods with spec.nodeName set to itself`
      if (verb !== 'create') {
        return `unexpected operation "UPDATE", node "${node}" can only create and delete mirror pods`
      }
      if (!written.isMirrorPod) {
        return `pod does not have "kubernetes.io/config.mirror" annotation, node "${node}" can only create mirror pods`
      }
      return isOwn ? null : `node "${node}" can only create pods with spec.nodeName set to itself`
    case 'status':
      return isOwn ? null : `node "${node}" can only update pod status for pods with spec.nodeName set to itself`
    case 'eviction':
      return isOwn ? null : `node ${node} can only evict pods with spec.nodeName set to itself`
    default:
      return `unexpected pod subresource "${subresource}", only 'status' and 'eviction' are allowed`
  }
}

function refusalOfOwnNode(node: string, { verb, name }: ResourceOperation, written: WrittenObject): string | null {
  const requested = verb === 'create' ? written.createdName : name
  if (requested !== node) return `node "${node}" is not allowed to modify node "${requested ?? ''}"`
  if (written.changesTaints && verb !== 'create') return `node "${node}" is not allowed to modify taints`
  const forbidden = written.changedLabels.filter(isForbiddenLabel)
  if (forbidden.length === 0) return null
  const list = [...forbidden].sort((a, b) => (a < b ? -1 : 1)).join(', ')
  return verb === 'create'
    ? `node "${node}" is not allowed to set the following labels: ${list}`
    : `is not allowed to modify labels: ${list}`
}

/** The labels of Kubernetes that a kubelet may set (k8s.io/kubelet pkg/apis/well_known_labels.go). */
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
])
const KUBELET_LABEL_NAMESPACES = ['kubelet.kubernetes.io', 'node.kubernetes.io']

function isForbiddenLabel(label: string): boolean {
  const slash = label.indexOf('/')
  const namespace = slash < 0 ? '' : label.slice(0, slash)
  if (isIn(namespace, 'node-restriction.kubernetes.io')) return true
  if (!isIn(namespace, 'kubernetes.io') && !isIn(namespace, 'k8s.io')) return false
  return !KUBELET_LABELS.has(label) && !KUBELET_LABEL_NAMESPACES.some((own) => isIn(namespace, own))
}

function isIn(namespace: string, domain: string): boolean {
  return namespace === domain || namespace.endsWith(`.${domain}`)
}

function refusalOfToken(node: string, { podNode }: WrittenObject): string | null {
  if (podNode === null) return 'node requested token not bound to a pod'
  return podNode === node ? null : 'node requested token bound to a pod scheduled on a different node'
}

function refusalOfLease(
  node: string,
  { verb, namespace, name }: ResourceOperation,
  { createdName }: WrittenObject,
): string | null {
  if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace'
  const requested = verb === 'create' ? createdName : name
  return requested === node ? null : 'can only access node lease with the same name as the requesting node'
}
