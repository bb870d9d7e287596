import type { Flag } from '../flag.ts'

export const kubeletClientCertificate: Flag<string | null> = {
  name: 'kubelet-client-certificate',
  kind: { type: 'reference', to: 'certificate' },
  meaning: 'The client certificate that the API server uses with kubelets.',
  default: { provided: 'kubeletClientCertificate' },
}
