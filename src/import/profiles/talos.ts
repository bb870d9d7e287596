import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Generator, Profile } from './profile.ts'

const MACHINED: Generator = {
  text: 'Talos writes its static pods and /etc/kubernetes/kubelet.yaml anew: set the same in the machine configuration of every node (cluster.apiServer.extraArgs, machine.kubelet.extraConfig; talosctl patch machineconfig)',
}

export const talos: Profile = {
  ...SELF_MANAGED,
  title: 'Talos',
  source: 'Talos internal/app/machined/pkg/controllers/k8s/control_plane_static_pod.go, kubelet_spec.go',
  marks: {},
  apiserver: { ...SECURED_APISERVER, 'secure-port': '6443', 'anonymous-auth': 'false' },
  additive: ['authorization-mode', 'enable-admission-plugins'],
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0', rotateCertificates: 'true' },
  upkeep: {
    kubeletCa: { file: '/system/secrets/kubernetes/kube-apiserver/ca.crt', isThatOfClients: true },
    generators: { 'kube-apiserver': MACHINED, kubelet: MACHINED },
  },
}
