import { proxyLetter } from '../letters.ts'
import type { ModelledPathKind } from '../path-kind.ts'
import { proxyOpenness } from '../path-kind.ts'
import { plainRequests } from '../requests/plain-requests.ts'
import { FROM_PROXY, TO_KUBELET } from '../transport-defaults.ts'

export const apiserverNode = {
  name: 'apiserver-node',
  modelled: true,
  letters: 'G, H, I, J',
  letterOf: proxyLetter,
  versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
  explanation:
    "The apiserver proxies a user's request to a port of a node. Without a port, or with the kubelet's (10250), it connects to the kubelet like apiserver-kubelet (D or E). It connects to another port with plain HTTP (G), or with scheme https over TLS without verification and credentials (H).",
  role: 'the node path',
  ends: { from: { party: 'apiserver', inCluster: 'master' }, to: { party: 'node', inCluster: 'nodes/*' } },
  forwards: 'nodes',
  defaults: FROM_PROXY,
  // These defaults apply to any scheme that the user requested (pkg/registry/core/node/strategy.go, ResourceLocation).
  kubeletPortDefaults: TO_KUBELET,
  dials: 'named-port',
  tunnels: 'apiserver',
  carries: ['proxy-get'],
  openness: proxyOpenness,
  requests: plainRequests(),
} as const satisfies ModelledPathKind
