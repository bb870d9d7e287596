import { MANAGED, MANAGED_APISERVER, SECURED_KUBELET } from './common.ts'
import type { Profile } from './profile.ts'

export const gke: Profile = {
  ...MANAGED,
  title: 'GKE',
  source: 'cloud.google.com/kubernetes-engine/docs: control plane access by Konnectivity',
  marks: { version: /-gke\./, label: 'cloud.google.com/gke-nodepool' },
  apiserver: { ...MANAGED_APISERVER, 'egress-selector-config-file': 'konnectivity' },
  kubelet: { ...SECURED_KUBELET, rotateCertificates: 'true', readOnlyPort: '10255' },
  serving: null,
  benchmark: 'gke',
  // kubernetes cluster/gce/gci/configure.sh, download-kubelet-config, which GKE's nodes share with kube-up. A user can
  // set the fields of NodeKubeletConfig in GKE's API.
  upkeep: {
    kubeletCa: null,
    generators: {
      kubelet: {
        text: 'nodes of GKE load /home/kubernetes/kubelet-config.yaml anew at each boot, from metadata that GKE writes: of the fields that matter here only the read-only port can be set (insecureKubeletReadonlyPortEnabled; gcloud container node-pools update --no-enable-insecure-kubelet-readonly-port); a node with other values was changed by hand, and is replaced',
      },
    },
  },
}
