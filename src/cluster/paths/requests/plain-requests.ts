import { plainRequestFields, plainResponseFields } from '../../messages/plain-headers.ts'
import { HEALTHZ_PORT, KUBELET_PORT, READ_ONLY_PORT } from '../path.ts'
import { isUpgrading, type PathRequests, type RequestedPath } from './path-requests.ts'

/** The name of Go's HTTP client (net/http/request.go, defaultUserAgent). */
const GO_PROGRAM = 'Go-http-client'
const GO_AGENT = `${GO_PROGRAM}/1.1`

/** The URL path that a kubelet serves on each of its ports (pkg/kubelet/server/server.go). */
const KUBELET_TARGETS: ReadonlyMap<number, string> = new Map([
  [HEALTHZ_PORT, '/healthz'],
  [KUBELET_PORT, '/pods'],
  [READ_ONLY_PORT, '/pods'],
])

/**
 * Requests of a Go program to any server. `targetOf` returns the path of the URL: by default one that a kubelet
 * serves, on its ports, or else the root.
 */
export function plainRequests(
  targetOf: (path: RequestedPath) => string = ({ port }) => KUBELET_TARGETS.get(port) ?? '/',
): PathRequests {
  return {
    program: GO_PROGRAM,
    encoding: 'json',
    upgradesTo: 'websocket',
    planExchange: ({ workload, path, authority, tokenBytes }) => {
      const { requestBytes: bodyBytes, responseBytes } = workload
      const method = bodyBytes > 0 ? 'POST' : 'GET'
      const target = targetOf(path)
      const isUpgrade = isUpgrading(workload)
      return {
        line: { method, target },
        isUpgrade,
        requestFields: plainRequestFields({
          method,
          target,
          authority,
          scheme: path.tls === null ? 'http' : 'https',
          userAgent: GO_AGENT,
          tokenBytes,
          bodyBytes,
          upgrade: isUpgrade ? 'websocket' : null,
        }),
        responseFields: (status, length) => plainResponseFields(status, 'application/octet-stream', length),
        requestBodyBytes: bodyBytes,
        responseBodyBytes: responseBytes,
      }
    },
  }
}
