import { nodeProxied } from './apiserver-requests.ts'
import type { RequestLine } from './operations.ts'

/** A request to the apiserver that a kubelet has to serve. */
export type ForwardedRequest =
  /** A request through the node proxy, with the request line that the node receives. */
  | { readonly via: 'node-proxy'; readonly node: string; readonly line: RequestLine }
  /** A request for a pod's log, or for a stream into it; `lineFor` is what the kubelet of its node gets. */
  | {
      readonly via: 'subresource'
      readonly namespace: string
      readonly pod: string
      /** @param container the container to use if the request names none */
      readonly lineFor: (container: string) => RequestLine
    }

/** Returns the request that the apiserver makes of a kubelet for a request; null if it needs no kubelet. */
export function forwardedRequest({ method, target }: RequestLine): ForwardedRequest | null {
  const proxied = nodeProxied(target)
  if (proxied !== null) return { via: 'node-proxy', node: proxied.node, line: { method, target: proxied.target } }
  const [, namespace, pod, subresource, query = ''] = OF_POD.exec(target) ?? []
  const endpoint = ENDPOINTS.get(subresource ?? '')
  if (endpoint === undefined) return null
  return {
    via: 'subresource',
    namespace,
    pod,
    lineFor: (container) => ({ method, target: endpointTarget(endpoint, `${namespace}/${pod}`, container, query) }),
  }
}

const OF_POD = /^\/api\/v1\/namespaces\/([^/?]+)\/pods\/([^/?]+)\/(\w+)(?:\?(.*))?$/

interface Endpoint {
  readonly path: string
  /** True if the path of the request has the container after the pod. */
  readonly namesContainer: boolean
  /** The parameters of the kubelet, by those of the apiserver. */
  readonly parameters: Readonly<Record<string, string>>
}

const STREAMS = { stdin: 'input', stdout: 'output', stderr: 'error', tty: 'tty', command: 'command' }

/**
 * The kubelet's endpoint for each subresource of pods (pkg/registry/core/pod/strategy.go: LogLocation, streamLocation).
 */
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['log', { path: 'containerLogs', namesContainer: true, parameters: { follow: 'follow' } }],
  ['exec', { path: 'exec', namesContainer: true, parameters: STREAMS }],
  ['attach', { path: 'attach', namesContainer: true, parameters: STREAMS }],
  ['portforward', { path: 'portForward', namesContainer: false, parameters: { ports: 'port' } }],
])

function endpointTarget(
  { path, namesContainer, parameters }: Endpoint,
  pod: string,
  container: string,
  query: string,
): string {
  const pairs = query.split('&').map((pair) => pair.split('='))
  const named = pairs.find(([key]) => key === 'container')?.[1] ?? container
  // The kubelet writes the flags of streams as numbers.
  const flagOf = (value: string) => (value === 'true' && parameters === STREAMS ? '1' : value)
  const passedOn = pairs
    .filter(([key]) => Object.hasOwn(parameters, key))
    .map(([key, value = '']): readonly [string, string] => [parameters[key], flagOf(value)])
    .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
    .map(([key, value]) => `${key}=${value}`)
  const place = namesContainer ? `${pod}/${named}` : pod
  return `/${path}/${place}${passedOn.length === 0 ? '' : `?${passedOn.join('&')}`}`
}
