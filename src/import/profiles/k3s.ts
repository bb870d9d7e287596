import type { Profile } from './profile.ts'
import { RANCHER } from './rancher.ts'

export const k3s: Profile = {
  ...RANCHER,
  title: 'k3s',
  marks: { version: /\+k3s\d/, program: 'k3s', path: /rancher\/k3s/ },
  benchmark: 'k3s',
  enforcesPolicies: 'kube-router',
  upkeep: {
    kubeletCa: { file: '/var/lib/rancher/k3s/server/tls/server-ca.crt', isThatOfClients: false },
    generators: {},
  },
}
