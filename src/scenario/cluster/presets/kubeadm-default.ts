import { KUBEADM_TEXT, kubeadmAt } from './kubeadm.ts'

/** What kubeadm init and kubeadm join leave behind: each kubelet signs its own certificate, and nothing verifies it. */
export const kubeadmDefault = {
  explanation:
    'Kubernetes 1.30 as kubeadm sets it up, on a private network: every connection is TLS, but the apiserver does not verify kubelets, and what it proxies to is plain HTTP.',
  texts: [KUBEADM_TEXT],
  textAt: kubeadmAt,
}
