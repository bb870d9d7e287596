import { MANAGED, MANAGED_APISERVER, SECURED_KUBELET } from './common.ts'
import type { Profile } from './profile.ts'

export const eks: Profile = {
  ...MANAGED,
  title: 'EKS',
  source:
    'awslabs/amazon-eks-ami nodeadm/internal/kubelet/config.go, templates/al2/runtime/kubelet-config.json; the control plane dials through interfaces in the VPC',
  marks: {
    version: /-eks-/,
    label: 'eks.amazonaws.com/nodegroup',
    path: /etc\/kubernetes\/kubelet\/(?:config|kubelet-config)\.json/,
  },
  apiserver: MANAGED_APISERVER,
  kubelet: { ...SECURED_KUBELET, rotateCertificates: 'true', serverTLSBootstrap: 'true', readOnlyPort: '0' },
  serving: { by: 'issued', why: 'AWS approves requests of kubelets for serving certificates' },
  benchmark: 'eks',
  // awslabs/amazon-eks-ami templates/al2023/runtime/rootfs/etc/systemd/system/nodeadm-run.service;
  // nodeadm/internal/kubelet/config.go, writeKubeletConfig
  upkeep: {
    kubeletCa: null,
    generators: {
      kubelet: {
        text: 'nodeadm writes /etc/kubernetes/kubelet/config.json anew at each boot, and config.json.d/40-nodeadm.conf from the user data: set the same in the user data of the launch template (NodeConfig, spec.kubelet.config), and roll the nodes',
        // All files except config.json and 40-nodeadm.conf.
        leaves: /^(?!.*(?:config\.json|40-nodeadm\.conf)$)/,
      },
    },
  },
}
