import { proxyLetter } from '../letters.ts'
import type { ModelledPathKind } from '../path-kind.ts'
import { proxyOpenness } from '../path-kind.ts'
import { plainRequests } from '../requests/plain-requests.ts'
import { FROM_PROXY } from '../transport-defaults.ts'

export const apiserverPod = {
  name: 'apiserver-pod',
  modelled: true,
  letters: 'G, H, I, J',
  letterOf: proxyLetter,
  versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
  explanation:
    "The apiserver proxies a user's request to a pod's address with plain HTTP (G), or with scheme https over TLS without verification and credentials (H). Through SSH tunnels (I) the connection leaves the tunnel at a random node, and crosses the network to the pod unprotected.",
  role: 'the pod path',
  ends: { from: { party: 'apiserver', inCluster: 'master' }, to: { party: 'pod', inCluster: 'pods/*' } },
  forwards: 'pods',
  defaults: FROM_PROXY,
  dials: 'named-port',
  tunnels: 'apiserver',
  carries: ['proxy-get'],
  openness: proxyOpenness,
  requests: plainRequests(),
} as const satisfies ModelledPathKind
