import { KUBEADM_TEXT, kubeadmAt } from './kubeadm.ts'

/** kubeadm with the settings that the CIS Kubernetes Benchmark requires on these paths, and pods that serve TLS. */
export const kubeadmHardened = {
  explanation:
    'Kubernetes 1.30 as the CIS benchmark recommends, on a private network. Kubelets have certificates from the cluster CA, which the apiserver verifies. Anonymous requests are refused. Proxied requests to pods use TLS, but it is not verified.',
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
    server-certificate: issued
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
  versions: { first: 12, last: null, why: 'kubelets request serving certificates without a feature gate since then' },
}
