import { ABILITIES } from '../../versions/abilities.ts'
import { mapSteps } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { text } from '../flag-kind.ts'

export const sshUser: Flag<string | null> = {
  name: 'ssh-user',
  kind: text,
  meaning: 'The user as whom the API server opens SSH tunnels to nodes; without one it opens none.',
  default: { off: null },
  unset: '',
  neverOffered: 'it takes an account, a key and a firewall rule on every node',
  releases: mapSteps(ABILITIES.apiserver.sshTunnels, (hasTunnels) => (hasTunnels ? 'present' : 'absent')),
  absence: 'SSH tunnels were removed in 1.22; their successor is egress-selector-config-file: konnectivity',
}
