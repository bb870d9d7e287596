import { type Flag, refuseUnless } from '../flag.ts'
import { kubeletCertificateAuthority } from './kubelet-certificate-authority.ts'

/** KEP-4872 kep.yaml: absent before 1.37. Taken at every version, to ask what it would have done. */
export const enableKubeletCertCnValidation: Flag<boolean> = {
  name: 'enable-kubelet-cert-cn-validation',
  kind: { type: 'boolean' },
  meaning:
    'Whether a kubelet must show a certificate of its own node (KEP-4872, alpha in 1.37; here at every version).',
  default: { off: false },
  /** KEP-4872 says that it is an error, not in which words. */
  refusals: (isOn, { written }) =>
    refuseUnless(!isOn || written(kubeletCertificateAuthority) !== undefined, {
      code: 'contradiction',
      message: 'enable-kubelet-cert-cn-validation needs kubelet-certificate-authority (KEP-4872)',
    }),
}
