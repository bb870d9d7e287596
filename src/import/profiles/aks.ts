import { MANAGED, MANAGED_APISERVER, SECURED_KUBELET } from './common.ts'
import type { Profile } from './profile.ts'

export const aks: Profile = {
  ...MANAGED,
  title: 'AKS',
  source:
    'Azure/AgentBaker parts/linux/cloud-init; learn.microsoft.com/azure/aks: control plane access by Konnectivity',
  marks: {
    label: 'kubernetes.azure.com/cluster',
    path: /etc\/kubernetes\/certs\/(?:kubeletserver|ca|apiserver)\.|etc\/default\/kubeletconfig\.json/,
  },
  apiserver: { ...MANAGED_APISERVER, 'egress-selector-config-file': 'konnectivity' },
  kubelet: { ...SECURED_KUBELET, rotateCertificates: 'true', readOnlyPort: '0' },
  serving: null,
  benchmark: 'aks',
  // Azure/AgentBaker parts/linux/cloud-init/artifacts/cse_config.sh, ensureKubelet and configureKubeletServing. The
  // fields of a node configuration are those of CustomKubeletConfig (pkg/agent/datamodel/types.go). None of them
  // concerns these paths.
  upkeep: {
    kubeletCa: null,
    generators: {
      kubelet: {
        text: 'AKS writes /etc/default/kubelet and kubeletconfig.json when it makes a node, and none of the settings that matter here can be given to a node pool (but for the tag aks-disable-kubelet-serving-certificate-rotation): a node with other values was changed by hand, and is replaced (az aks nodepool upgrade --node-image-only)',
      },
    },
  },
}
