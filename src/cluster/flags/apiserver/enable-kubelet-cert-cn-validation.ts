import { type Flag, refuseUnless } from '../flag.ts'
import { boolean } from '../flag-kind.ts'
import { kubeletCertificateAuthority } from './kubelet-certificate-authority.ts'

/**
 * The flag exists from 1.37 (KEP-4872 kep.yaml). This model accepts it in every release, to show what it would have
 * prevented.
 */
export const enableKubeletCertCnValidation: Flag<boolean> = {
  name: 'enable-kubelet-cert-cn-validation',
  kind: boolean,
  neverOffered: 'no release has it by default: alpha in 1.37 (KEP-4872)',
  meaning:
    'Whether a kubelet must show a certificate of its own node (KEP-4872, alpha in 1.37; here at every version).',
  default: { off: false },
  /** KEP-4872 calls this an error, but gives no message. */
  refusals: (isOn, { written }) =>
    refuseUnless(!isOn || written(kubeletCertificateAuthority) !== undefined, {
      code: 'contradiction',
      message: 'enable-kubelet-cert-cn-validation needs kubelet-certificate-authority (KEP-4872)',
    }),
}
