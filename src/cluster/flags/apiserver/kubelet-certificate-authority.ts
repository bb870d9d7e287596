import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { authorities } from '../flag-kind.ts'
import { mustOccur } from '../kubescape-control.ts'

export const kubeletCertificateAuthority: Flag<string | null> = {
  name: 'kubelet-certificate-authority',
  kind: authorities(true),
  meaning: 'The CA against which kubelets are verified; without one, or with an empty name, they are not verified.',
  cis: [
    cisCheck(
      { 15: '1.2.6', 19: '1.2.5', 22: '1.2.6', 24: '1.2.5' },
      { items: [{ flag: '--kubelet-certificate-authority' }] },
    ),
  ],
  kubescape: [mustOccur('C-0117', '--kubelet-certificate-authority')],
  default: { off: null },
  unset: '',
  breaks:
    'logs, exec, attach, port-forward and nodes/proxy fail on every node, also one that joins later, whose serving certificate is of another CA or lacks the dialled address (k/k pkg/kubelet/client/kubelet_client.go)',
  weakness: (ca) => (ca === null || ca === '' ? 'the apiserver does not verify kubelet certificates' : null),
}
