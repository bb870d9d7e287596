import { KUBEADM_TEXT, kubeadmAt } from './kubeadm.ts'

/** The default cluster of kubeadm. Kubelets sign their own certificates, and nothing verifies them. */
export const kubeadmDefault = {
  explanation:
    'Kubernetes 1.30 as kubeadm configures it, on a private network. Every connection uses TLS, but the apiserver does not verify kubelets, and its proxied requests to pods are plain HTTP.',
  texts: [KUBEADM_TEXT],
  textAt: kubeadmAt,
  versions: { first: 10, last: null, why: 'kubeadm configured apiserver and kubelets by other flags before' },
}
