/** kubeadm turns the insecure port off for as long as there is a flag for it (kubernetes/kubeadm#2156; gone in 1.24). */
export function kubeadmAt(minor: number): string | null {
  return minor < 24 ? 'cluster: { apiserver: { flags: { insecure-port: 0 } } }' : null
}
