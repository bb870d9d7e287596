import { apiVersionOf } from './api-versions.ts'
import type { HttpMethod, RequestLine } from './operations.ts'
import { encodeQuery, type QueryValue } from './query.ts'

/** Requests to the apiserver, as clients of Kubernetes write them. `minor` is that of the client. */

const CORE = '/api/v1'

/** The timeout of the kubelet's heartbeat client, which it also sends to the server (cmd/kubelet/app/server.go). */
const HEARTBEAT_TIMEOUT = '10s'

function leasePath(node: string, minor: number): string {
  return `/apis/${apiVersionOf('coordination.k8s.io', minor)}/namespaces/kube-node-lease/leases/${node}`
}

function signingRequestsPath(minor: number): string {
  return `/apis/${apiVersionOf('certificates.k8s.io', minor)}/certificatesigningrequests`
}

export function renewLease(node: string, minor: number): RequestLine {
  return { method: 'PUT', target: `${leasePath(node, minor)}${encodeQuery({ timeout: HEARTBEAT_TIMEOUT })}` }
}

/** Sent when the lease could not be renewed (pkg/kubelet/nodelease/controller.go, backoffEnsureLease). */
export function getLease(node: string, minor: number): RequestLine {
  return get(leasePath(node, minor), { timeout: HEARTBEAT_TIMEOUT })
}

/**
 * Gets a node before each report: first from the API server's cache (resourceVersion=0), and from etcd if that failed.
 */
export function getNode(node: string, from: 'cache' | 'etcd' = 'cache'): RequestLine {
  const resourceVersion = from === 'cache' ? 0 : null
  return get(`${CORE}/nodes/${node}`, { resourceVersion, timeout: HEARTBEAT_TIMEOUT })
}

/**
 * Returns a PATCH with the changed fields of the node's status, as sent in every release (pkg/util/node,
 * PatchNodeStatus).
 */
export function patchNodeStatus(node: string): RequestLine {
  return { method: 'PATCH', target: `${CORE}/nodes/${node}/status${encodeQuery({ timeout: HEARTBEAT_TIMEOUT })}` }
}

export function patchPodStatus(namespace: string, pod: string): RequestLine {
  return { method: 'PATCH', target: `${CORE}/namespaces/${namespace}/pods/${pod}/status` }
}

/** A kubelet lists and watches its own Node (pkg/kubelet/kubelet.go, nodeLister). */
export function listOwnNode(node: string): RequestLine {
  return list(`${CORE}/nodes`, { fieldSelector: `metadata.name=${node}` })
}

/** @param timeoutS a reflector draws it between 300 and 600 seconds */
export function watchOwnNode(node: string, timeoutS: number, minor: number): RequestLine {
  return watch(`${CORE}/nodes`, timeoutS, minor, { fieldSelector: `metadata.name=${node}` })
}

/** A kubelet lists and watches the pods that are bound to its node (pkg/kubelet/config/apiserver.go). */
export function listPodsOfNode(node: string): RequestLine {
  return list(`${CORE}/pods`, { fieldSelector: `spec.nodeName=${node}` })
}

/**
 * Watches the pods of a node.
 *
 * @param timeoutS a reflector draws it between 300 and 600 seconds
 */
export function watchPodsOfNode(node: string, timeoutS: number, minor: number): RequestLine {
  return watch(`${CORE}/pods`, timeoutS, minor, { fieldSelector: `spec.nodeName=${node}` })
}

/** A list from the API server's cache, with which a reflector starts; `path` is like `/api/v1/services`. */
export function listAll(path: string, labelSelector: string | null = null): RequestLine {
  return list(path, { labelSelector })
}

export function watchAll(
  path: string,
  timeoutS: number,
  minor: number,
  labelSelector: string | null = null,
): RequestLine {
  return watch(path, timeoutS, minor, { labelSelector })
}

export type PodResource = 'secrets' | 'configmaps'

export function getForPod(resource: PodResource, namespace: string, name: string): RequestLine {
  return get(`${CORE}/namespaces/${namespace}/${resource}/${name}`, {})
}

export function listForPod(resource: PodResource, namespace: string, name: string): RequestLine {
  return list(`${CORE}/namespaces/${namespace}/${resource}`, { fieldSelector: `metadata.name=${name}` })
}

/** Since 1.12 the kubelet watches each secret and config map that a pod of its node uses, one by one. */
export function watchForPod(
  resource: PodResource,
  namespace: string,
  name: string,
  timeoutS: number,
  minor: number,
): RequestLine {
  const fieldSelector = `metadata.name=${name}`
  return watch(`${CORE}/namespaces/${namespace}/${resource}`, timeoutS, minor, { fieldSelector })
}

export function createTokenReview(minor: number): RequestLine {
  return { method: 'POST', target: `/apis/${apiVersionOf('authentication.k8s.io', minor)}/tokenreviews` }
}

export function createSubjectAccessReview(minor: number): RequestLine {
  return { method: 'POST', target: `/apis/${apiVersionOf('authorization.k8s.io', minor)}/subjectaccessreviews` }
}

/** Requests a projected token for a pod (TokenRequest, beta and on since 1.12). */
export function requestToken(namespace: string, account: string): RequestLine {
  return { method: 'POST', target: `${CORE}/namespaces/${namespace}/serviceaccounts/${account}/token` }
}

export function createSigningRequest(minor: number): RequestLine {
  return { method: 'POST', target: signingRequestsPath(minor) }
}

/**
 * Lists certificate signing requests.
 *
 * @param name null: all, as a controller does
 */
export function listSigningRequests(name: string | null, minor: number): RequestLine {
  return list(signingRequestsPath(minor), selectorOfName(name))
}

export function watchSigningRequests(name: string | null, timeoutS: number, minor: number): RequestLine {
  return watch(signingRequestsPath(minor), timeoutS, minor, selectorOfName(name))
}

function selectorOfName(name: string | null): Record<string, QueryValue> {
  return { fieldSelector: name === null ? null : `metadata.name=${name}` }
}

/** The signer stores the certificate in the status of the request. */
export function signSigningRequest(name: string, minor: number): RequestLine {
  return { method: 'PUT', target: `${signingRequestsPath(minor)}/${name}/status` }
}

export function approveSigningRequest(name: string, minor: number): RequestLine {
  return { method: 'PUT', target: `${signingRequestsPath(minor)}/${name}/approval` }
}

/** A node that joins reads the cluster's CA here, without credentials (kubeadm join). */
export function getClusterInfo(): RequestLine {
  return get(`${CORE}/namespaces/kube-public/configmaps/cluster-info`, { timeout: HEARTBEAT_TIMEOUT })
}

export interface PodAddress {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** `skipsVerification`: the apiserver is not to verify the kubelet. */
export function podLogs(
  { namespace, pod, container }: PodAddress,
  follow: boolean,
  skipsVerification = false,
): RequestLine {
  return get(`${CORE}/namespaces/${namespace}/pods/${pod}/log`, {
    container,
    follow: follow ? true : null,
    insecureSkipTLSVerifyBackend: skipsVerification ? true : null,
  })
}

/**
 * kubectl upgrades to SPDY with POST. A WebSocket begins with GET (RFC 6455 section 4.1), which authorizers see as
 * another verb.
 */
export type UpgradeProtocol = 'spdy' | 'websocket'

export function upgradeMethod(protocol: UpgradeProtocol): HttpMethod {
  return protocol === 'spdy' ? 'POST' : 'GET'
}

export interface Terminal {
  readonly stdin: boolean
  readonly tty: boolean
}

/** The two requests for the resources of the apiserver (client-go discovery/discovery_client.go, fetchLegacy, fetchGroups). */
export const DISCOVERY: readonly RequestLine[] = ['/api', '/apis'].map((path) => get(path, { timeout: '32s' }))

export function getPod(namespace: string, pod: string): RequestLine {
  return get(`${CORE}/namespaces/${namespace}/pods/${pod}`, {})
}

export function podExec(
  { namespace, pod, container }: PodAddress,
  command: readonly string[],
  { stdin, tty }: Terminal,
  protocol: UpgradeProtocol,
): RequestLine {
  const query = { ...streamsOf(container, stdin, tty), command }
  const target = `${CORE}/namespaces/${namespace}/pods/${pod}/exec${encodeQuery(query)}`
  return { method: upgradeMethod(protocol), target }
}

export function podAttach(
  { namespace, pod, container }: PodAddress,
  { stdin, tty }: Terminal,
  protocol: UpgradeProtocol,
): RequestLine {
  const target = `${CORE}/namespaces/${namespace}/pods/${pod}/attach${encodeQuery(streamsOf(container, stdin, tty))}`
  return { method: upgradeMethod(protocol), target }
}

/** With a terminal there is one output stream and no separate stderr. */
function streamsOf(container: string, stdin: boolean, tty: boolean): Record<string, QueryValue> {
  const set = (isSet: boolean): true | null => (isSet ? true : null)
  return { container, stdin: set(stdin), stdout: true, stderr: set(!tty), tty: set(tty) }
}

/**
 * SPDY names the ports on its streams, also inside a WebSocket; other WebSockets have them in the query.
 *
 * @param port null: the streams name it
 */
export function podPortForward(
  namespace: string,
  pod: string,
  port: number | null,
  protocol: UpgradeProtocol,
): RequestLine {
  const query = protocol === 'spdy' ? '' : encodeQuery({ ports: port })
  return {
    method: upgradeMethod(protocol),
    target: `${CORE}/namespaces/${namespace}/pods/${pod}/portforward${query}`,
  }
}

/** `node` may have a port after a colon, and `https:` before it; `path` begins with a slash. */
export function nodeProxy(node: string, path: string, method: RequestLine['method'] = 'GET'): RequestLine {
  return { method, target: `${CORE}/nodes/${node}/proxy${path}` }
}

/**
 * Returns the node and target of the request that the apiserver sends to a node for `target`; null if it is not a
 * request through the node proxy.
 */
export function nodeProxied(target: string): { readonly node: string; readonly target: string } | null {
  const [, node, onward] = NODE_PROXY.exec(target) ?? []
  return node === undefined ? null : { node, target: onward }
}

const NODE_PROXY = /^\/api\/v1\/nodes\/([^/]+)\/proxy(\/.*)$/

export function proxyInNamespace(
  resource: 'pods' | 'services',
  namespace: string,
  name: string,
  path: string,
  method: RequestLine['method'] = 'GET',
): RequestLine {
  return { method, target: `${CORE}/namespaces/${namespace}/${resource}/${name}/proxy${path}` }
}

function get(path: string, query: Record<string, QueryValue>): RequestLine {
  return { method: 'GET', target: `${path}${encodeQuery(query)}` }
}

function list(path: string, query: Record<string, QueryValue>): RequestLine {
  return get(path, { ...query, limit: 500, resourceVersion: 0 })
}

/** A typical resource version: it has seven or eight digits in a cluster of some age. */
const TYPICAL_VERSION = 12_345_678

/** Reflectors request bookmarks since 1.16 (KEP-956, beta). */
function watch(path: string, timeoutS: number, minor: number, query: Record<string, QueryValue>): RequestLine {
  return get(path, {
    ...query,
    allowWatchBookmarks: minor >= 16 ? true : null,
    resourceVersion: TYPICAL_VERSION,
    timeoutSeconds: timeoutS,
    watch: true,
  })
}
