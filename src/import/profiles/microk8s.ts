import { SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Profile } from './profile.ts'

export const microk8s: Profile = {
  ...SELF_MANAGED,
  title: 'MicroK8s',
  source: 'canonical/microk8s microk8s-resources/default-args/kube-apiserver, kubelet',
  marks: { label: 'microk8s.io/cluster', path: /snap\/microk8s\// },
  apiserver: { 'authorization-mode': 'AlwaysAllow', 'secure-port': '16443' },
  // MicroK8s has no configuration file and no --authorization-mode, so the legacy default applies.
  kubelet: { ...SECURED_KUBELET, 'authorization.mode': 'AlwaysAllow', readOnlyPort: '0' },
  questions: [
    {
      about: 'whether the add-on rbac is on (--authorization-mode)',
      taken: 'it is off, as after the installation: AlwaysAllow',
      otherwise: 'with `microk8s enable rbac` it is RBAC,Node',
    },
    {
      about: 'whether the apiserver verifies kubelets (--kubelet-certificate-authority)',
      taken: 'it does not, as in what 1.27 and older releases install, also after an update (canonical/microk8s#4044)',
      otherwise: 'what 1.28 and newer releases install verifies them with the CA of the cluster',
    },
  ],
  collect: '/var/snap/microk8s/current/args/kube-apiserver and kubelet',
  // The code that sets this flag also signs certs/kubelet.crt. That file is in --cert-dir, so the kubelet presents it
  // (microk8s-resources/actions/common/utils.sh, create_user_certificates; canonical/microk8s#4035).
  servingWhereVerified: { by: 'issued', why: 'MicroK8s signs certs/kubelet.crt with its CA' },
  upkeep: {
    kubeletCa: { file: '/var/snap/microk8s/current/certs/ca.crt', isThatOfClients: true },
    generators: {},
  },
}
