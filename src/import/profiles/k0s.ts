import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Profile } from './profile.ts'

export const k0s: Profile = {
  ...SELF_MANAGED,
  title: 'k0s',
  source:
    'k0s pkg/component/controller/apiserver.go, csrapprover.go, konnectivity.go, workerconfig/reconciler.go; pkg/component/worker/kubelet.go',
  marks: { version: /\+k0s/, label: 'node.k0sproject.io/role', program: 'k0s', path: /(?:lib|etc|run)\/k0s/ },
  apiserver: {
    ...SECURED_APISERVER,
    'secure-port': '6443',
    'anonymous-auth': 'false',
    'kubelet-certificate-authority': 'ca.crt',
    'egress-selector-config-file': '/var/lib/k0s/konnectivity.conf',
  },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0', serverTLSBootstrap: 'true', rotateCertificates: 'true' },
  serving: { by: 'issued', why: 'the controller of k0s approves requests of kubelets' },
  controlPlane: 'hosted',
  konnectivity: { strategy: 'destHost', agentPort: 8132 },
  enforcesPolicies: 'kube-router',
  upkeep: {
    kubeletCa: { file: '/var/lib/k0s/pki/ca.crt', isThatOfClients: true },
    // pkg/component/worker/kubelet.go, Start and writeKubeletConfig
    generators: {
      kubelet: {
        text: 'k0s writes the configuration of a kubelet anew at each start of a worker: set the same in the worker profile of its nodes (spec.workerProfiles of k0s.yaml)',
      },
    },
  },
}
