import type { Profile } from './profile.ts'
import { RANCHER } from './rancher.ts'

export const rke2: Profile = {
  ...RANCHER,
  title: 'RKE2',
  marks: { version: /\+rke2r?\d/, program: 'rke2', path: /rancher\/rke2/ },
  benchmark: 'rke2',
  enforcesPolicies: 'Canal',
  upkeep: {
    kubeletCa: { file: '/var/lib/rancher/rke2/server/tls/server-ca.crt', isThatOfClients: false },
    generators: {},
  },
}
