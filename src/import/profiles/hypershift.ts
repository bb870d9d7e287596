import { openshift } from './openshift.ts'
import type { Profile } from './profile.ts'

export const hypershift: Profile = {
  ...openshift,
  title: 'OpenShift with a hosted control plane (HyperShift)',
  source: 'openshift/hypershift control-plane-operator/controllers/hostedcontrolplane/v2/kas/config.go',
  // Every node has this label (openshift/hypershift api/hypershift/v1beta1/nodepool_types.go, NodePoolLabel;
  // control-plane-operator/hostedclusterconfigoperator/controllers/node/node.go).
  marks: { label: 'hypershift.openshift.io/nodePool' },
  isKindOf: openshift,
  apiserver: {
    ...openshift.apiserver,
    'egress-selector-config-file': '/etc/kubernetes/egress-selector/config.yaml',
  },
  controlPlane: 'hosted',
  konnectivity: { strategy: 'destHost' },
  collect:
    'what `oc -n NAMESPACE get configmap kas-config -o yaml` prints for the namespace of the hosted control plane',
  upkeep: {
    kubeletCa: { file: '/etc/kubernetes/certs/kubelet-ca/ca.crt', isThatOfClients: false },
    generators: {
      'kube-apiserver': {
        text: 'the control-plane-operator of HyperShift writes kas-config anew: these flags are its own, and only what a HostedCluster has in spec.configuration can be set',
      },
      kubelet: {
        text: 'HyperShift makes the nodes of a NodePool anew: set the same in a KubeletConfig, in a ConfigMap that the NodePool names (spec.config)',
      },
    },
  },
}
