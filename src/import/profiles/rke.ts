import { SECURED_APISERVER, SECURED_KUBELET, SELF_MANAGED } from './common.ts'
import type { Profile } from './profile.ts'

export const rke: Profile = {
  ...SELF_MANAGED,
  title: 'RKE',
  source: 'rancher/rke cluster/plan.go; rancher/kontainer-driver-metadata pkg/rke/k8s_service_options.go',
  marks: {
    version: /^v1\.\d+\.\d+-rancher\d/,
    path: /^--kubeconfig=\/etc\/kubernetes\/ssl\/kubecfg-kube-node\.yaml$/,
  },
  apiserver: { ...SECURED_APISERVER, 'secure-port': '6443', 'anonymous-auth': 'false', 'insecure-port': '0' },
  kubelet: { ...SECURED_KUBELET, readOnlyPort: '0' },
  collect: 'what `docker inspect kube-apiserver kubelet` prints, or the lines of `ps -ef` that have them',
  enforcesPolicies: 'Canal',
  upkeep: {
    kubeletCa: { file: '/etc/kubernetes/ssl/kube-ca.pem', isThatOfClients: true },
    generators: {},
    setApiserverFlag: (flag) => `write ${flag} into services.kube-api.extra_args of cluster.yml, and run \`rke up\``,
    // rancher/rke cluster/plan.go, BuildKubeControllerProcess
    missingSigner:
      'RKE gives kube-controller-manager no --cluster-signing-cert-file and --cluster-signing-key-file, without which nothing signs the requests of kubelets: set both in services.kube-controller.extra_args of cluster.yml; or, in place of all changes for certificates and of the CA, services.kubelet.generate_serving_certificate: true, and run `rke up`',
  },
}
