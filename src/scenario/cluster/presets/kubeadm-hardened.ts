import { KUBEADM_TEXT, kubeadmAt } from './kubeadm.ts'

/** kubeadm with what the CIS Kubernetes Benchmark requires on these paths, and pods that serve TLS. */
export const kubeadmHardened = {
  explanation:
    'Kubernetes 1.30 after the CIS benchmark, on a private network: kubelets have certificates of the cluster CA, which the apiserver verifies; nobody is anonymous; pods are proxied to over TLS, though unverified.',
  texts: [
    KUBEADM_TEXT,
    `
cluster:
  pods:
    web: { listens: 8443, scheme: https }
  services:
    web: { port: 443 }
  apiserver:
    flags:
      anonymous-auth: false
      kubelet-certificate-authority: cluster-ca
  kubelet:
    config:
      serverTLSBootstrap: true
      streamingConnectionIdleTimeout: 5m
paths:
  node-proxy: { scheme: https }
  pod-proxy: { scheme: https }
  service-proxy: { scheme: https }
`,
  ],
  textAt: kubeadmAt,
}
