import { SWITCHING_PROTOCOLS } from '../../../http/message.ts'
import { kubeletResponseFields, switchFields, upgradeRequestFields } from '../../messages/api-headers.ts'
import { containerLogs, kubeletAttach, kubeletExec, kubeletPortForward } from '../../messages/kubelet-requests.ts'
import type { RequestLine } from '../../messages/operations.ts'
import { plainRequestFields } from '../../messages/plain-headers.ts'
import type { StreamingProtocol } from '../../messages/streaming-protocols.ts'
import {
  commandOf,
  FORWARDED_PORT,
  isUpgrading,
  type PathRequests,
  type RequestingWorkload,
  TYPICAL_POD,
  terminalOf,
} from './path-requests.ts'
import { offerOf } from './requests-to-apiserver.ts'

const PROGRAM = 'kube-apiserver'

/**
 * The User-Agent of the apiserver. With it, the head of a request for logs has 179 bytes, as measured with Kubernetes
 * 1.30.
 */
export const APISERVER_AGENT = `${PROGRAM}/v1.30.0 (linux/amd64) kubernetes/7c48c2b`

/**
 * Requests of the apiserver to a kubelet. It uses SPDY even if the user's connection is a WebSocket, which it
 * translates. It uses a WebSocket only if it forwards the user's one (KEP-4006).
 */
export const REQUESTS_TO_KUBELET: PathRequests = {
  program: PROGRAM,
  encoding: 'json',
  upgradesTo: 'spdy',
  planExchange: ({ workload, pod, authority, tokenBytes, protocol, clientMinor }) => {
    const { requestBytes, responseBytes } = workload
    const isUpgrade = isUpgrading(workload)
    const line = lineOf(workload, pod ?? TYPICAL_POD.pod, protocol)
    const offer = isUpgrade && protocol !== 'spdy' ? offerOf(workload, protocol, clientMinor) : null
    const common = { target: line.target, authority, userAgent: APISERVER_AGENT, tokenBytes }
    return {
      line,
      isUpgrade,
      requestFields:
        offer === null
          ? plainRequestFields({
              ...common,
              method: isUpgrade || requestBytes > 0 ? 'POST' : 'GET',
              scheme: 'https',
              bodyBytes: requestBytes,
              upgrade: isUpgrade ? 'SPDY/3.1' : null,
            })
          : upgradeRequestFields({ ...common, method: line.method, path: line.target }, offer),
      responseFields: (status, contentLengthBytes) =>
        offer !== null && status === SWITCHING_PROTOCOLS
          ? switchFields(offer, offer.protocols[0])
          : kubeletResponseFields({ status, contentType: 'text/plain', contentLengthBytes }),
      requestBodyBytes: requestBytes,
      responseBodyBytes: responseBytes,
    }
  },
}

function lineOf(workload: RequestingWorkload, pod: string, protocol: StreamingProtocol): RequestLine {
  const { kind } = workload
  const address = { ...TYPICAL_POD, pod }
  switch (kind) {
    case 'attach':
      return kubeletAttach(address, terminalOf(workload), protocol === 'spdy' ? 'spdy' : 'websocket')
    case 'exec':
    case 'cp':
    case 'keystrokes':
      return kubeletExec(address, commandOf(workload), terminalOf(workload), protocol === 'spdy' ? 'spdy' : 'websocket')
    case 'port-forward': {
      // The streams of SPDY name the port, also inside of a WebSocket.
      const { target } = kubeletPortForward(address.namespace, pod, FORWARDED_PORT, 'spdy')
      return { method: protocol === 'spdy' ? 'POST' : 'GET', target }
    }
    case 'proxy-get':
      return { method: 'GET', target: '/metrics' }
    default:
      return containerLogs(address, kind === 'stream')
  }
}
