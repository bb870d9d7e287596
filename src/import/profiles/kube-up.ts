import { SELF_MANAGED } from './common.ts'
import type { Generator, Profile } from './profile.ts'

/**
 * The scripts that run on each boot (kubernetes cluster/gce/gci/configure.sh, configure-helper.sh,
 * configure-kubeapiserver.sh).
 */
const APISERVER_START: Generator = {
  text: 'the start-up scripts of kube-up write the manifest of kube-apiserver anew at each boot of the master, from its metadata kube-env: set the same there (APISERVER_SET_KUBELET_CA: true for --kubelet-certificate-authority; others as in configure-kubeapiserver.sh)',
}

const KUBELET_START: Generator = {
  text: 'the start-up scripts of kube-up write /etc/default/kubelet (from KUBELET_ARGS of the metadata kube-env) and /home/kubernetes/kubelet-config.yaml (from the metadata kubelet-config) anew at each boot: set the same in the metadata of the instances and of their template',
}

export const kubeUp: Profile = {
  ...SELF_MANAGED,
  title: 'kube-up on GCE',
  source: 'kubernetes cluster/gce/gci/configure-helper.sh, configure-kubeapiserver.sh; cluster/gce/util.sh',
  marks: { path: /home\/kubernetes\/|etc\/srv\/kubernetes\/(?!kubelet-server)/ },
  apiserver: { 'authorization-mode': 'Node,RBAC', 'secure-port': '443' },
  // From print-common-kubelet-config of util.sh; before it, the default of the flag.
  kubelet: { readOnlyPort: '10255' },
  controlPlane: 'hosted',
  upkeep: {
    kubeletCa: { file: '/etc/srv/kubernetes/pki/ca-certificates.crt', isThatOfClients: true },
    generators: { 'kube-apiserver': APISERVER_START, kubelet: KUBELET_START },
  },
}
