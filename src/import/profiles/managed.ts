import type { Profile } from './profile.ts'

const APISERVER = {
  'authorization-mode': 'Node,RBAC',
  'enable-admission-plugins': 'NodeRestriction',
  'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
  'secure-port': '443',
}

const KUBELET = {
  'authentication.anonymous.enabled': 'false',
  'authentication.webhook.enabled': 'true',
  'authorization.mode': 'Webhook',
  rotateCertificates: 'true',
}

const VERIFICATION = {
  about: 'whether the apiserver verifies kubelets (--kubelet-certificate-authority)',
  taken: 'it does not, as by default in Kubernetes',
  otherwise:
    'if it does, logs and exec are path E: an attacker in the middle needs a certificate for the address of the node. Ask the provider, and write cluster.apiserver.flags.kubelet-certificate-authority: cluster-ca',
}

const MANAGED = {
  isHidden: true,
  hasAgentTunnel: false,
  controlPlane: 'hosted',
  additive: [],
  questions: [VERIFICATION],
} as const

export const gke: Profile = {
  ...MANAGED,
  title: 'GKE',
  source: 'cloud.google.com/kubernetes-engine/docs: control plane access by Konnectivity',
  apiserver: { ...APISERVER, 'egress-selector-config-file': 'konnectivity' },
  kubelet: { ...KUBELET, readOnlyPort: '10255' },
  serving: null,
}

export const eks: Profile = {
  ...MANAGED,
  title: 'EKS',
  source:
    'awslabs/amazon-eks-ami templates/al2/runtime/kubelet-config.json; the control plane dials through interfaces in the VPC',
  apiserver: APISERVER,
  kubelet: { ...KUBELET, serverTLSBootstrap: 'true', readOnlyPort: '0' },
  serving: { by: 'issued', why: 'AWS approves requests of kubelets for serving certificates' },
}

export const aks: Profile = {
  ...MANAGED,
  title: 'AKS',
  source:
    'Azure/AgentBaker parts/linux/cloud-init; learn.microsoft.com/azure/aks: control plane access by Konnectivity',
  apiserver: { ...APISERVER, 'egress-selector-config-file': 'konnectivity' },
  kubelet: { ...KUBELET, readOnlyPort: '0' },
  serving: null,
}
