import { type RequestLine, splitTarget } from '../messages/operations.ts'

/** What a handler of the kubelet has against a request that may pass. */
export interface RouteRefusal {
  readonly status: 400 | 404
  readonly message: string
}

const PAGE_NOT_FOUND: RouteRefusal = { status: 404, message: '404: Page Not Found' }

/** Routes about a pod, with how many parts follow: a pod's UID may stand before the container (server.go). */
const POD_ROUTES: ReadonlyMap<string, readonly number[]> = new Map([
  ['containerLogs', [3]],
  ['exec', [3, 4]],
  ['attach', [3, 4]],
  ['run', [3, 4]],
  ['portForward', [2, 3]],
])

/** Those that answer with 101 or not at all. */
const STREAMING_ROUTES = ['exec', 'attach', 'portForward']

/**
 * What the kubelet looks at once it knows that a request is allowed (pkg/kubelet/server/server.go: getExec and its
 * like; remotecommand/httpstream.go: NewOptions). An upgrade is refused by these with an ordinary answer.
 *
 * @param pods `NAMESPACE/NAME` of those that it runs
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
  if ((route === 'exec' || route === 'attach') && !asksForStreams(query))
    return { status: 400, message: 'you must specify at least 1 of stdin, stdout, stderr' }
  if (STREAMING_ROUTES.includes(route) && !isUpgrade)
    return { status: 400, message: 'unable to upgrade: missing upgrade headers in request' }
  return null
}

/** A terminal has no separate stderr. */
function asksForStreams(query: ReadonlyMap<string, string>): boolean {
  const has = (stream: string) => query.get(stream) === '1'
  return has('input') || has('output') || (has('error') && !has('tty'))
}
