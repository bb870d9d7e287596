import type { Flag } from '../flag.ts'

export const kubeletCertificateAuthority: Flag<string | null> = {
  name: 'kubelet-certificate-authority',
  kind: { type: 'reference', to: 'ca' },
  meaning: 'The CA against which kubelets are verified; without one, or with an empty name, they are not verified.',
  default: { off: null },
  unset: '',
}
