import { proxyLetter } from '../letters.ts'
import type { ModelledPathKind } from '../path-kind.ts'
import { proxyOpenness } from '../path-kind.ts'
import { plainRequests } from '../requests/plain-requests.ts'
import { FROM_PROXY } from '../transport-defaults.ts'

export const apiserverService = {
  name: 'apiserver-service',
  modelled: true,
  letters: 'G, H, I, J',
  letterOf: proxyLetter,
  versions: 'all; I (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
  explanation:
    'The apiserver proxies a request of a user to a service: it picks one of its endpoints at random and dials that pod, never the virtual IP. It uses plain HTTP (G), or with scheme https TLS without verification (H), and tunnels as for pods.',
  role: 'the service path',
  ends: { from: { party: 'apiserver', inCluster: 'master' }, to: { party: 'service', inCluster: 'services/*' } },
  forwards: 'services',
  defaults: FROM_PROXY,
  // The apiserver dials an endpoint, not the virtual address (pkg/registry/core/service/storage/rest.go,
  // ResourceLocation).
  dials: 'endpoint',
  tunnels: 'apiserver',
  carries: ['proxy-get'],
  openness: proxyOpenness,
  requests: plainRequests(),
} as const satisfies ModelledPathKind
