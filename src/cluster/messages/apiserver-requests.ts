import type { RequestLine } from './operations.ts'
import { encodeQuery, type QueryValue } from './query.ts'

/** Requests to the apiserver, as clients of Kubernetes write them. `minor` is that of the client. */

const CORE = '/api/v1'

/** How long the kubelet's client for heartbeats waits, which it tells the server (cmd/kubelet/app/server.go). */
const HEARTBEAT_TIMEOUT = '10s'

/** Leases are of v1 in 1.14; the kubelet went on with v1beta1 until 1.16 (pkg/kubelet/nodelease/controller.go). */
function leaseGroup(minor: number): string {
  return `/apis/coordination.k8s.io/${minor >= 17 ? 'v1' : 'v1beta1'}`
}

/** The kubelet and aggregated apiservers use v1 since 1.17 (CHANGELOG-1.17, k/k#84768). */
function reviewVersion(minor: number): string {
  return minor >= 17 ? 'v1' : 'v1beta1'
}

/** certificates.k8s.io/v1 came with 1.19. */
function certificatesGroup(minor: number): string {
  return `/apis/certificates.k8s.io/${minor >= 19 ? 'v1' : 'v1beta1'}`
}

export function renewLease(node: string, minor: number): RequestLine {
  const lease = `${leaseGroup(minor)}/namespaces/kube-node-lease/leases/${node}`
  return { method: 'PUT', target: `${lease}${encodeQuery({ timeout: HEARTBEAT_TIMEOUT })}` }
}

/** When it could not be renewed (backoffEnsureLease). */
export function getLease(node: string, minor: number): RequestLine {
  return get(`${leaseGroup(minor)}/namespaces/kube-node-lease/leases/${node}`, { timeout: HEARTBEAT_TIMEOUT })
}

/** Before each report: from the apiserver's cache first (resourceVersion=0), from etcd when that failed. */
export function getNode(node: string, from: 'cache' | 'etcd' = 'cache'): RequestLine {
  const resourceVersion = from === 'cache' ? 0 : null
  return get(`${CORE}/nodes/${node}`, { resourceVersion, timeout: HEARTBEAT_TIMEOUT })
}

/** A PATCH of what changed, in 1.6 as today (pkg/util/node: PatchNodeStatus). */
export function patchNodeStatus(node: string): RequestLine {
  return { method: 'PATCH', target: `${CORE}/nodes/${node}/status${encodeQuery({ timeout: HEARTBEAT_TIMEOUT })}` }
}

export function patchPodStatus(namespace: string, pod: string): RequestLine {
  return { method: 'PATCH', target: `${CORE}/namespaces/${namespace}/pods/${pod}/status` }
}

/** What a kubelet lists and watches: the pods that are bound to it (pkg/kubelet/config/apiserver.go). */
export function listPodsOfNode(node: string): RequestLine {
  return get(`${CORE}/pods`, { fieldSelector: `spec.nodeName=${node}`, limit: 500, resourceVersion: 0 })
}

/** @param timeoutS a reflector draws it between 5 and 10 minutes */
export function watchPodsOfNode(node: string, timeoutS: number, minor: number): RequestLine {
  return watch(`${CORE}/pods`, timeoutS, minor, { fieldSelector: `spec.nodeName=${node}` })
}

/** A list from the apiserver's cache, as a reflector begins; `path` as `/api/v1/services`. */
export function listAll(path: string): RequestLine {
  return get(path, { limit: 500, resourceVersion: 0 })
}

export function watchAll(path: string, timeoutS: number, minor: number): RequestLine {
  return watch(path, timeoutS, minor, {})
}

export type PodResource = 'secrets' | 'configmaps'

export function getForPod(resource: PodResource, namespace: string, name: string): RequestLine {
  return get(`${CORE}/namespaces/${namespace}/${resource}/${name}`, {})
}

export function listForPod(resource: PodResource, namespace: string, name: string): RequestLine {
  const path = `${CORE}/namespaces/${namespace}/${resource}`
  return get(path, { fieldSelector: `metadata.name=${name}`, limit: 500, resourceVersion: 0 })
}

/** Since 1.12 the kubelet watches each secret and config map that a pod of its names, one by one. */
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
  return { method: 'POST', target: `/apis/authentication.k8s.io/${reviewVersion(minor)}/tokenreviews` }
}

export function createSubjectAccessReview(minor: number): RequestLine {
  return { method: 'POST', target: `/apis/authorization.k8s.io/${reviewVersion(minor)}/subjectaccessreviews` }
}

/** A projected token for a pod (TokenRequest, beta and on since 1.12). */
export function requestToken(namespace: string, account: string): RequestLine {
  return { method: 'POST', target: `${CORE}/namespaces/${namespace}/serviceaccounts/${account}/token` }
}

export function createSigningRequest(minor: number): RequestLine {
  return { method: 'POST', target: `${certificatesGroup(minor)}/certificatesigningrequests` }
}

export function watchSigningRequest(name: string, timeoutS: number, minor: number): RequestLine {
  const fieldSelector = `metadata.name=${name}`
  return watch(`${certificatesGroup(minor)}/certificatesigningrequests`, timeoutS, minor, { fieldSelector })
}

/** `name` null: all, as a controller does. */
export function listSigningRequests(name: string | null, minor: number): RequestLine {
  const path = `${certificatesGroup(minor)}/certificatesigningrequests`
  return get(path, { fieldSelector: name === null ? null : `metadata.name=${name}`, limit: 500, resourceVersion: 0 })
}

export function watchSigningRequests(name: string | null, timeoutS: number, minor: number): RequestLine {
  if (name !== null) return watchSigningRequest(name, timeoutS, minor)
  return watchAll(`${certificatesGroup(minor)}/certificatesigningrequests`, timeoutS, minor)
}

/** The signer stores the certificate in the status. */
export function signSigningRequest(name: string, minor: number): RequestLine {
  return { method: 'PUT', target: `${certificatesGroup(minor)}/certificatesigningrequests/${name}/status` }
}

export function approveSigningRequest(name: string, minor: number): RequestLine {
  return { method: 'PUT', target: `${certificatesGroup(minor)}/certificatesigningrequests/${name}/approval` }
}

/** Where a node that joins reads the cluster's CA, without a name (kubeadm join). */
export function getClusterInfo(): RequestLine {
  return get(`${CORE}/namespaces/kube-public/configmaps/cluster-info`, { timeout: HEARTBEAT_TIMEOUT })
}

export interface PodAddress {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

export function podLogs({ namespace, pod, container }: PodAddress, follow: boolean): RequestLine {
  return get(`${CORE}/namespaces/${namespace}/pods/${pod}/log`, { container, follow: follow ? true : null })
}

/** kubectl asks with POST for SPDY; a WebSocket begins with GET (RFC 6455 section 4.1), which is another verb. */
export type UpgradeProtocol = 'spdy' | 'websocket'

function upgradeMethod(protocol: UpgradeProtocol): 'POST' | 'GET' {
  return protocol === 'spdy' ? 'POST' : 'GET'
}

export interface Terminal {
  readonly stdin: boolean
  readonly tty: boolean
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

/** With a terminal everything comes as one output. */
function streamsOf(container: string, stdin: boolean, tty: boolean): Record<string, QueryValue> {
  const set = (isSet: boolean): true | null => (isSet ? true : null)
  return { container, stdin: set(stdin), stdout: true, stderr: set(!tty), tty: set(tty) }
}

/** Ports are named on the streams inside; over WebSockets in the query. */
export function podPortForward(namespace: string, pod: string, port: number, protocol: UpgradeProtocol): RequestLine {
  const query = protocol === 'spdy' ? '' : encodeQuery({ ports: port })
  return {
    method: upgradeMethod(protocol),
    target: `${CORE}/namespaces/${namespace}/pods/${pod}/portforward${query}`,
  }
}

/** `node` may carry a port after a colon, and `https:` before it for that scheme; `path` begins with its slash. */
export function nodeProxy(node: string, path: string, method: RequestLine['method'] = 'GET'): RequestLine {
  return { method, target: `${CORE}/nodes/${node}/proxy${path}` }
}

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

/** A resource version has seven or eight digits in a cluster of some age. */
const TYPICAL_VERSION = 12_345_678

/** Reflectors ask for bookmarks since 1.16 (KEP-956, beta). */
function watch(path: string, timeoutS: number, minor: number, query: Record<string, QueryValue>): RequestLine {
  return get(path, {
    ...query,
    allowWatchBookmarks: minor >= 16 ? true : null,
    resourceVersion: TYPICAL_VERSION,
    timeoutSeconds: timeoutS,
    watch: true,
  })
}
