import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Profile } from './profile.ts'

export const openshift: Profile = {
  ...SELF_MANAGED,
  title: 'OpenShift',
  source:
    'openshift/cluster-kube-apiserver-operator bindata/assets/config/defaultconfig.yaml, observe_authorization_mode.go; openshift/machine-config-operator templates',
  marks: {
    // The version contains the commit of OpenShift's own kubelet.
    version: /^v1\.\d+\.\d+\+[0-9a-f]{7,10}$/,
    label: 'node.openshift.io/os_id',
    path: /kubernetes\/static-pod-(?:resources|certs)\/|^--config=\/etc\/kubernetes\/kubelet\.conf$/,
  },
  apiserver: {
    ...SECURED_APISERVER,
    'secure-port': '6443',
    'anonymous-auth': 'true',
    'kubelet-certificate-authority': 'kubelet-serving-ca/ca-bundle.crt',
    'kubelet-preferred-address-types': 'InternalIP',
  },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0', serverTLSBootstrap: 'true', rotateCertificates: 'true' },
  serving: {
    by: 'issued',
    why: 'cluster-machine-approver approves requests of kubelets for the addresses of their machines',
  },
  hasOpenshiftConfig: true,
  collect: 'what `oc -n openshift-kube-apiserver get configmap config -o yaml` prints',
  // On OpenShift, kube-bench asks the API and reads no command line (its benchmark rh-1.0).
  benchmark: null,
  enforcesPolicies: 'OVN-Kubernetes',
  upkeep: {
    kubeletCa: {
      file: '/etc/kubernetes/static-pod-resources/configmaps/kubelet-serving-ca/ca-bundle.crt',
      isThatOfClients: false,
    },
    generators: {
      'kube-apiserver': {
        text: 'cluster-kube-apiserver-operator writes the configuration of the apiserver anew, from its own, what it observes, and spec.unsupportedConfigOverrides: set the same there (oc edit kubeapiserver cluster), or remove the override that took it away',
        isForAll: true,
      },
      kubelet: {
        text: 'machine-config-operator writes the configuration of kubelets anew: set the same in a KubeletConfig (machineconfiguration.openshift.io/v1) for each pool of machines',
      },
    },
    setApiserverFlag: (flag) =>
      `its operator does: write ${flag} as a list of values into spec.unsupportedConfigOverrides.apiServerArguments (oc edit kubeapiserver cluster), or remove the override that took it away`,
  },
}
