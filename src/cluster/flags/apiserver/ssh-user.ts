import { ABILITIES } from '../../versions/abilities.ts'
import { mapSteps } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'

export const sshUser: Flag<string | null> = {
  name: 'ssh-user',
  kind: { type: 'text' },
  meaning: 'Nodes are reached through SSH tunnels, as this user.',
  default: { off: null },
  unset: '',
  releases: mapSteps(ABILITIES.apiserver.sshTunnels, (hasTunnels) => (hasTunnels ? 'present' : 'absent')),
  absence: 'SSH tunnels went with 1.22; their successor is egress-selector-config-file: konnectivity',
}
