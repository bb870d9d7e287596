import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { identity } from '../flag-kind.ts'

export const kubeletClientCertificate: Flag<string | null> = {
  name: 'kubelet-client-certificate',
  kind: identity('certificate', true),
  meaning:
    'The client certificate that the API server uses with kubelets; with an empty name it uses none, and is anonymous to them.',
  cis: [
    cisCheck(
      { 15: '1.2.5', 19: '1.2.4', 22: '1.2.5', 24: '1.2.4' },
      { items: [{ flag: '--kubelet-client-certificate' }, { flag: '--kubelet-client-key' }] },
    ),
  ],
  default: { provided: 'kubeletClientCertificate' },
  unset: '',
  neverOffered: 'it takes a key, and a certificate of the client CA of kubelets',
}
