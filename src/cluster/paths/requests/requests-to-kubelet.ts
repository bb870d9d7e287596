import { kubeletResponseFields } from '../../messages/api-headers.ts'
import { containerLogs, kubeletExec, kubeletPortForward } from '../../messages/kubelet-requests.ts'
import type { RequestLine } from '../../messages/operations.ts'
import { plainRequestFields } from '../../messages/plain-headers.ts'
import {
  FORWARDED_PORT,
  isUpgrading,
  type PathRequests,
  type RequestingWorkload,
  SHELL,
  TYPICAL_POD,
  terminalOf,
} from './path-requests.ts'

const PROGRAM = 'kube-apiserver'

/**
 * The User-Agent of the apiserver. With it the head of a request for logs has 179 bytes, as measured with Kubernetes
 * 1.30.
 */
export const APISERVER_AGENT = `${PROGRAM}/v1.30.0 (linux/amd64) kubernetes/7c48c2b`

/**
 * Requests of the apiserver to a kubelet. It uses SPDY even if the user's connection is a WebSocket, which it
 * translates (KEP-4006).
 */
export const REQUESTS_TO_KUBELET: PathRequests = {
  program: PROGRAM,
  encoding: 'json',
  upgradesTo: 'spdy',
  planExchange: ({ workload, pod, authority, tokenBytes }) => {
    const { requestBytes, responseBytes } = workload
    const isUpgrade = isUpgrading(workload)
    const line = lineOf(workload, pod ?? TYPICAL_POD.pod)
    return {
      line,
      isUpgrade,
      requestFields: plainRequestFields({
        method: isUpgrade || requestBytes > 0 ? 'POST' : 'GET',
        target: line.target,
        authority,
        scheme: 'https',
        userAgent: APISERVER_AGENT,
        tokenBytes,
        bodyBytes: requestBytes,
        upgrade: isUpgrade ? 'SPDY/3.1' : null,
      }),
      responseFields: (status, contentLengthBytes) =>
        kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes }),
      requestBodyBytes: requestBytes,
      responseBodyBytes: responseBytes,
    }
  },
}

function lineOf(workload: RequestingWorkload, pod: string): RequestLine {
  const { kind } = workload
  const address = { ...TYPICAL_POD, pod }
  switch (kind) {
    case 'exec':
    case 'keystrokes':
      return kubeletExec(address, SHELL, terminalOf(workload), 'spdy')
    case 'port-forward':
      return kubeletPortForward(address.namespace, pod, FORWARDED_PORT, 'spdy')
    case 'proxy-get':
      return { method: 'GET', target: '/metrics' }
    default:
      return containerLogs(address, kind === 'stream')
  }
}
