import {
  getForPod,
  getNode,
  listPodsOfNode,
  type PodResource,
  patchNodeStatus,
  watchForPod,
  watchPodsOfNode,
} from '../../messages/apiserver-requests.ts'
import type { RequestLine } from '../../messages/operations.ts'
import type { ModelledPathKind } from '../path-kind.ts'
import type { ExchangeContext } from '../requests/path-requests.ts'
import { requestsToApiserver, WATCH_S } from '../requests/requests-to-apiserver.ts'
import { TO_APISERVER } from '../transport-defaults.ts'

export const kubeletApiserver = {
  name: 'kubelet-apiserver',
  modelled: true,
  letters: 'B',
  letterOf: () => 'B',
  versions: 'all',
  explanation:
    'A kubelet sends heartbeats, watches and token reviews to the apiserver. It verifies the apiserver against the root CA and presents a client certificate for system:node:NAME in the group system:nodes, which it can obtain by TLS bootstrapping.',
  role: "the kubelet's path to the apiserver",
  ends: { from: { party: 'kubelet', inCluster: 'nodes/*' }, to: { party: 'apiserver', inCluster: 'master' } },
  defaults: { ...TO_APISERVER, clientCertificate: 'node' },
  dials: 'apiserver',
  tunnels: 'none',
  carries: ['heartbeat', 'watch', 'pod-changes', 'list'],
  requests: requestsToApiserver({ program: 'kubelet', encoding: 'protobuf', ownLine }),
} as const satisfies ModelledPathKind

/**
 * Returns the request of a kubelet, which reads only objects of its own node
 * (plugin/pkg/auth/authorizer/node/node_authorizer.go); undefined if it equals the request of any client.
 */
function ownLine({ workload, path, clientMinor }: ExchangeContext): RequestLine | undefined {
  const { kind, objects, requestBytes } = workload
  const { from } = path
  if (kind === 'requests') return requestBytes > 0 ? patchNodeStatus(from) : getNode(from)
  if (kind === 'pod-changes') return watchPodsOfNode(from, WATCH_S, clientMinor)
  if (kind !== 'list' && kind !== 'watch') return undefined
  switch (objects?.resource ?? 'pods') {
    case 'pods':
      return kind === 'list' ? listPodsOfNode(from) : watchPodsOfNode(from, WATCH_S, clientMinor)
    case 'secrets':
      return forPod('secrets', 'default-token-x2x4z', kind, clientMinor)
    case 'configmaps':
      return forPod('configmaps', 'kube-root-ca.crt', kind, clientMinor)
    case 'nodes':
      return getNode(from)
    default:
      return undefined
  }
}

function forPod(resource: PodResource, name: string, kind: 'list' | 'watch', minor: number): RequestLine {
  return kind === 'list' ? getForPod(resource, 'default', name) : watchForPod(resource, 'default', name, WATCH_S, minor)
}
