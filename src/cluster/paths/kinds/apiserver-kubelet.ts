import type { ModelledPathKind } from '../path-kind.ts'
import { REQUESTS_TO_KUBELET } from '../requests/requests-to-kubelet.ts'
import { TO_KUBELET } from '../transport-defaults.ts'

export const apiserverKubelet = {
  name: 'apiserver-kubelet',
  modelled: true,
  letters: 'D, E, F, J',
  letterOf: ({ tls, tunnel }) => {
    if (tunnel !== null) return tunnel.kind === 'ssh' ? 'F' : 'J'
    return tls === null || tls.verify === 'none' ? 'D' : 'E'
  },
  versions: 'all; F (tunnel: ssh) until 1.21, J (tunnel: konnectivity) from 1.16',
  explanation:
    'The apiserver sends requests for logs, exec, attach and port-forward to the HTTPS port of a kubelet. D: it presents its client certificate, but does not verify that of the kubelet. E: it also verifies the certificate of the kubelet (tls.verify is ca, as --kubelet-certificate-authority makes it). F, J: D or E inside a tunnel. SSH tunnels (F) are listed by ExternalIP, so a connection leaves at a random node unless kubelet-preferred-address-types begins with ExternalIP.',
  role: 'the kubelet path',
  ends: { from: { party: 'apiserver', inCluster: 'master' }, to: { party: 'kubelet', inCluster: 'nodes/*' } },
  forwards: 'kubelets',
  defaults: TO_KUBELET,
  dials: 'kubelet',
  tunnels: 'apiserver',
  carries: ['logs', 'exec', 'attach', 'cp', 'port-forward'],
  requests: REQUESTS_TO_KUBELET,
} as const satisfies ModelledPathKind
