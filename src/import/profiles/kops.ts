import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Generator, Profile } from './profile.ts'

const NODEUP: Generator = {
  text: 'nodeup writes the files of kops on its machines anew: set the same in the specification of the cluster (kops edit cluster), and roll its instances',
  isForAll: true,
}

export const kops: Profile = {
  ...SELF_MANAGED,
  title: 'kops',
  // kops sets no --kubelet-certificate-authority, although nodeup gives kubelets serving certificates of its CA.
  source: 'kops pkg/model/components/apiserver.go, nodeup/pkg/model/kube_apiserver.go, kubelet.go',
  marks: { label: 'kops.k8s.io/instancegroup', path: /\/srv\/kubernetes\/(?:kube-apiserver|ca)\b/ },
  apiserver: {
    ...SECURED_APISERVER,
    'anonymous-auth': 'false',
    'kubelet-preferred-address-types': 'InternalIP,Hostname,ExternalIP',
    'secure-port': '443',
  },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0' },
  upkeep: {
    kubeletCa: { file: '/srv/kubernetes/ca.crt', isThatOfClients: true },
    generators: { 'kube-apiserver': NODEUP, kubelet: NODEUP },
  },
}
