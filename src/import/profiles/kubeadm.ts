import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Profile } from './profile.ts'

export const kubeadm: Profile = {
  ...SELF_MANAGED,
  title: 'kubeadm',
  source: 'kubeadm cmd/kubeadm/app/phases/controlplane/manifests.go',
  marks: { path: /etc\/kubernetes\/(?:manifests|pki)\// },
  apiserver: { ...SECURED_APISERVER, 'secure-port': '6443' },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0', rotateCertificates: 'true' },
  upkeep: {
    kubeletCa: { file: '/etc/kubernetes/pki/ca.crt', isThatOfClients: true },
    generators: {
      'kube-apiserver': {
        text: 'kubeadm upgrade writes the manifest of kube-apiserver anew, from the ClusterConfiguration in the ConfigMap kubeadm-config: set the same there (apiServer.extraArgs; kubectl -n kube-system edit configmap kubeadm-config)',
        isForAll: true,
      },
      kubelet: {
        text: 'kubeadm upgrade writes /var/lib/kubelet/config.yaml of each node anew, from the ConfigMap kubelet-config: set the same there (kubectl -n kube-system edit configmap kubelet-config)',
        isForAll: true,
        leaves: /(?:^|\/)etc\/(?:default|sysconfig)\/kubelet$/,
      },
    },
  },
}
