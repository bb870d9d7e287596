import type { Profile } from './profile.ts'

const KUBELET = {
  'authentication.anonymous.enabled': 'false',
  'authentication.webhook.enabled': 'true',
  'authorization.mode': 'Webhook',
  readOnlyPort: '0',
}

const APISERVER = {
  'authorization-mode': 'Node,RBAC',
  'enable-admission-plugins': 'NodeRestriction',
  'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
  'secure-port': '6443',
}

const SELF_MANAGED = {
  isHidden: false,
  hasAgentTunnel: false,
  serving: null,
  controlPlane: 'node',
  additive: [],
  questions: [],
} as const

export const kubeadm: Profile = {
  ...SELF_MANAGED,
  title: 'kubeadm',
  source: 'kubeadm cmd/kubeadm/app/phases/controlplane/manifests.go',
  apiserver: APISERVER,
  kubelet: { ...KUBELET, rotateCertificates: 'true' },
}

/** k3s and RKE2 share the code of their servers and agents. */
const RANCHER: Omit<Profile, 'title'> = {
  ...SELF_MANAGED,
  source: 'k3s pkg/daemons/control/server.go, pkg/daemons/agent',
  apiserver: { ...APISERVER, 'anonymous-auth': 'false', 'kubelet-certificate-authority': 'server-ca.crt' },
  kubelet: KUBELET,
  serving: { by: 'issued', why: 'the server signs serving-kubelet.crt of each agent' },
  hasAgentTunnel: true,
}

export const k3s: Profile = { ...RANCHER, title: 'k3s' }
export const rke2: Profile = { ...RANCHER, title: 'RKE2' }

export const k0s: Profile = {
  ...SELF_MANAGED,
  title: 'k0s',
  source: 'k0s pkg/component/controller/apiserver.go, csrapprover.go, konnectivity.go',
  apiserver: {
    ...APISERVER,
    'kubelet-certificate-authority': 'ca.crt',
    'egress-selector-config-file': '/var/lib/k0s/konnectivity.conf',
  },
  kubelet: { ...KUBELET, serverTLSBootstrap: 'true', rotateCertificates: 'true' },
  serving: { by: 'issued', why: 'the controller of k0s approves requests of kubelets' },
  controlPlane: 'hosted',
  konnectivityStrategy: 'destHost',
}

export const talos: Profile = {
  ...SELF_MANAGED,
  title: 'Talos',
  source: 'Talos internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go, kubelet_spec.go',
  apiserver: { ...APISERVER, 'anonymous-auth': 'false' },
  additive: ['authorization-mode', 'enable-admission-plugins'],
  kubelet: { ...KUBELET, rotateCertificates: 'true' },
}

export const kops: Profile = {
  ...SELF_MANAGED,
  title: 'kops',
  // It sets no --kubelet-certificate-authority, although nodeup gives kubelets serving certificates of its CA.
  source: 'kops pkg/model/components/apiserver.go, nodeup/pkg/model/kube_apiserver.go, kubelet.go',
  apiserver: {
    ...APISERVER,
    'anonymous-auth': 'false',
    'kubelet-preferred-address-types': 'InternalIP,Hostname,ExternalIP',
    'secure-port': '443',
  },
  kubelet: KUBELET,
}

export const kubeUp: Profile = {
  ...SELF_MANAGED,
  title: 'kube-up on GCE',
  source: 'kubernetes cluster/gce/gci/configure-helper.sh',
  apiserver: { 'authorization-mode': 'Node,RBAC', 'secure-port': '443' },
  kubelet: {},
  controlPlane: 'hosted',
}

export const microk8s: Profile = {
  ...SELF_MANAGED,
  title: 'MicroK8s',
  source: 'canonical/microk8s microk8s-resources/default-args/kube-apiserver, kubelet',
  apiserver: { 'authorization-mode': 'AlwaysAllow', 'secure-port': '16443' },
  // It has no configuration file and no --authorization-mode, so that the legacy default holds.
  kubelet: { ...KUBELET, 'authorization.mode': 'AlwaysAllow' },
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
}

export const rke: Profile = {
  ...SELF_MANAGED,
  title: 'RKE',
  source: 'rancher/rke cluster/plan.go; rancher/kontainer-driver-metadata pkg/rke/k8s_service_options.go',
  apiserver: { ...APISERVER, 'anonymous-auth': 'false', 'insecure-port': '0' },
  kubelet: KUBELET,
  collect: 'what `docker inspect kube-apiserver kubelet` prints, or the lines of `ps -ef` that have them',
}

export const openshift: Profile = {
  ...SELF_MANAGED,
  title: 'OpenShift',
  source:
    'openshift/cluster-kube-apiserver-operator bindata/assets/config/defaultconfig.yaml, observe_authorization_mode.go; openshift/machine-config-operator templates',
  apiserver: {
    ...APISERVER,
    'anonymous-auth': 'true',
    'kubelet-certificate-authority': 'kubelet-serving-ca/ca-bundle.crt',
    'kubelet-preferred-address-types': 'InternalIP',
  },
  kubelet: { ...KUBELET, serverTLSBootstrap: 'true', rotateCertificates: 'true' },
  serving: {
    by: 'issued',
    why: 'cluster-machine-approver approves requests of kubelets for the addresses of their machines',
  },
  collect: 'what `oc -n openshift-kube-apiserver get configmap config -o yaml` prints',
}

export const hypershift: Profile = {
  ...openshift,
  title: 'OpenShift with a hosted control plane (HyperShift)',
  source: 'openshift/hypershift control-plane-operator/controllers/hostedcontrolplane/v2/kas/config.go',
  apiserver: {
    ...openshift.apiserver,
    'egress-selector-config-file': '/etc/kubernetes/egress-selector/config.yaml',
  },
  controlPlane: 'hosted',
  konnectivityStrategy: 'destHost',
  collect:
    'what `oc -n NAMESPACE get configmap kas-config -o yaml` prints for the namespace of the hosted control plane',
}
