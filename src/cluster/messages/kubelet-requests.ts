import { type PodAddress, type Terminal, type UpgradeProtocol, upgradeMethod } from './apiserver-requests.ts'
import { type HttpMethod, type RequestLine, type ResourceOperation, splitTarget } from './operations.ts'
import { encodeQuery } from './query.ts'

/**
 * Requests to a kubelet, as the apiserver writes them (pkg/registry/core/pod/strategy.go: LogLocation, streamLocation).
 */

export function containerLogs({ namespace, pod, container }: PodAddress, follow: boolean): RequestLine {
  const query = encodeQuery({ follow: follow ? true : null })
  return { method: 'GET', target: `/containerLogs/${namespace}/${pod}/${container}${query}` }
}

/** The API server uses the method of the user's request (UpgradeAwareHandler). */
export function kubeletExec(
  { namespace, pod, container }: PodAddress,
  command: readonly string[],
  terminal: Terminal,
  protocol: UpgradeProtocol,
): RequestLine {
  const query = encodeQuery({ ...streamsOf(terminal), command })
  return { method: upgradeMethod(protocol), target: `/exec/${namespace}/${pod}/${container}${query}` }
}

export function kubeletAttach(
  { namespace, pod, container }: PodAddress,
  terminal: Terminal,
  protocol: UpgradeProtocol,
): RequestLine {
  const target = `/attach/${namespace}/${pod}/${container}${encodeQuery(streamsOf(terminal))}`
  return { method: upgradeMethod(protocol), target }
}

export function kubeletPortForward(
  namespace: string,
  pod: string,
  port: number,
  protocol: UpgradeProtocol,
): RequestLine {
  const query = protocol === 'spdy' ? '' : encodeQuery({ port })
  return { method: upgradeMethod(protocol), target: `/portForward/${namespace}/${pod}${query}` }
}

function streamsOf({ stdin, tty }: Terminal): Record<string, number | null> {
  const set = (isSet: boolean): 1 | null => (isSet ? 1 : null)
  return { input: set(stdin), output: 1, error: set(!tty), tty: set(tty) }
}

/** Paths with a subresource of their own (pkg/kubelet/server/auth.go), with the first and last minor release. */
const SUBRESOURCES: readonly (readonly [path: string, subresource: string, first: number, last: number])[] = [
  ['/stats', 'stats', 0, 999],
  ['/metrics', 'metrics', 0, 999],
  ['/logs', 'log', 0, 999],
  // cAdvisor's machine information; the endpoint went in 1.21.
  ['/spec', 'spec', 0, 20],
  ['/checkpoint', 'checkpoint', 25, 999],
]

/** The first release with fine-grained kubelet authorization on by default, as beta (KEP-2862 kep.yaml). */
const FINE_GRAINED_SINCE = 33
const FINE_GRAINED: readonly (readonly [path: string, subresource: string])[] = [
  ['/pods', 'pods'],
  ['/runningpods', 'pods'],
  ['/healthz', 'healthz'],
  ['/configz', 'configz'],
]

/**
 * Returns the operations by which the kubelet of `node` authorizes a request, in the order in which it tries them. One
 * allowed operation is enough. The verb follows from the method alone, so a WebSocket on /exec, which begins with GET,
 * needs `get` on `nodes/proxy` (k/k#136550).
 */
export function kubeletOperations(
  { method, target }: RequestLine,
  node: string,
  minor: number,
): readonly ResourceOperation[] {
  const { path } = splitTarget(target)
  return subresourcesOf(path, minor).map((subresource) => ({
    kind: 'resource',
    verb: VERBS[method],
    group: '',
    version: 'v1',
    resource: 'nodes',
    subresource,
    namespace: null,
    name: node,
    fieldSelector: null,
  }))
}

const VERBS: Readonly<Record<HttpMethod, string>> = {
  GET: 'get',
  HEAD: '',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

function subresourcesOf(path: string, minor: number): readonly string[] {
  const own = SUBRESOURCES.find(([root, , first, last]) => isBelow(path, root) && first <= minor && minor <= last)
  if (own !== undefined) return [own[1]]
  const fine = minor < FINE_GRAINED_SINCE ? undefined : FINE_GRAINED.find(([root]) => isBelow(path, root))
  return fine === undefined ? ['proxy'] : [fine[1], 'proxy']
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`)
}

/**
 * Returns whether the read-only port serves a request. It does not authenticate (pkg/kubelet/server/server.go,
 * ListenAndServeKubeletReadOnlyServer).
 */
export function isServedReadOnly({ method, target }: RequestLine): boolean {
  const { path } = splitTarget(target)
  return method === 'GET' && READ_ONLY.some((root) => isBelow(path, root))
}

const READ_ONLY = ['/pods', '/stats', '/metrics', '/spec', '/healthz']

/** The endpoints that run commands or open connections in a container, with the equivalent subresources of pods. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ['exec', 'exec'],
  ['run', 'exec'],
  ['attach', 'attach'],
  ['portForward', 'portforward'],
])

/**
 * Returns the permissions that are meant to allow a command or connection: `create` on the subresource of the pod, and
 * on `nodes/proxy`. Returns null for other requests. The kubelet itself also accepts `get`, see `kubeletOperations`.
 */
export function commandPermissions(target: string, node: string): readonly ResourceOperation[] | null {
  const [endpoint = '', namespace = null, name = null] = splitTarget(target).path.split('/').slice(1)
  const subresource = COMMANDS.get(endpoint)
  if (subresource === undefined) return null
  const create = { kind: 'resource', verb: 'create', group: '', version: 'v1', fieldSelector: null } as const
  return [
    { ...create, resource: 'pods', subresource, namespace, name },
    { ...create, resource: 'nodes', subresource: 'proxy', namespace: null, name: node },
  ]
}
