import { type RequestLine, splitTarget } from '../messages/operations.ts'

/** The response of a kubelet's handler that refuses an allowed request. */
export interface RouteRefusal {
  readonly status: 400 | 404
  readonly message: string
}

const PAGE_NOT_FOUND: RouteRefusal = { status: 404, message: '404: Page Not Found' }

/**
 * The routes about a pod, with the possible numbers of further path segments. A pod's UID may come before the container
 * (server.go).
 */
const POD_ROUTES: ReadonlyMap<string, readonly number[]> = new Map([
  ['containerLogs', [3]],
  ['exec', [3, 4]],
  ['attach', [3, 4]],
  ['run', [3, 4]],
  ['portForward', [2, 3]],
])

/** The routes whose only successful response is a switch of protocols (101). */
const STREAMING_ROUTES = ['exec', 'attach', 'portForward']

/**
 * Checks what the kubelet's handlers check once a request is allowed (pkg/kubelet/server/server.go, getExec and its
 * like; remotecommand/httpstream.go, NewOptions). They refuse an upgrade with an ordinary response.
 *
 * @param pods `NAMESPACE/NAME` of the pods that the kubelet runs
 * @returns null when the request passes
 */
export function refusalOfRoute(
  { target }: RequestLine,
  isUpgrade: boolean,
  pods: ReadonlySet<string>,
): RouteRefusal | null {
  const { path, query } = splitTarget(target)
  const [route = '', ...parts] = path.split('/').filter((part) => part !== '')
  const lengths = POD_ROUTES.get(route)
  if (lengths === undefined) return null
  if (!lengths.includes(parts.length)) return PAGE_NOT_FOUND
  const [namespace, pod] = parts
  if (!pods.has(`${namespace}/${pod}`)) return { status: 404, message: 'pod does not exist' }
  if ((route === 'exec' || route === 'attach') && !hasStreams(query))
    return { status: 400, message: 'you must specify at least 1 of stdin, stdout, stderr' }
  if (STREAMING_ROUTES.includes(route) && !isUpgrade)
    return { status: 400, message: 'unable to upgrade: missing upgrade headers in request' }
  return null
}

/** Returns whether the request has at least one stream. With a terminal, there is no separate stderr. */
function hasStreams(query: ReadonlyMap<string, string>): boolean {
  const has = (stream: string) => query.get(stream) === '1'
  return has('input') || has('output') || (has('error') && !has('tty'))
}
