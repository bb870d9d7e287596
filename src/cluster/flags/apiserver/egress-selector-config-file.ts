import { abilitiesOf } from '../../versions/abilities.ts'
import { over } from '../../versions/version-steps.ts'
import { type Flag, refuseUnless, stateAt } from '../flag.ts'
import { choice } from '../flag-kind.ts'
import { sshUser } from './ssh-user.ts'

export const egressSelector: Flag<'none' | 'konnectivity'> = {
  name: 'egress-selector-config-file',
  kind: choice(['none', 'konnectivity']),
  meaning:
    'The connection type of the egress `cluster` in that file; konnectivity: connections to nodes go through its agents.',
  default: { off: 'none' },
  neverOffered: 'it takes a server beside the apiserver, agents on the nodes, and certificates for both',
  releases: over(
    [6, 'absent', 'AS 1.15.0: no pkg/server/egressselector'],
    [16, 'unmodelled', 'AS 1.16.0 pkg/apis/apiserver/types.go; KEP-1281 (alpha, HTTP CONNECT alone)'],
    [18, 'present', 'AS 1.18.0 pkg/apis/apiserver/types.go; KEP-1281 (beta, gRPC)'],
  ),
  absence: 'it came with 1.16, in this model with 1.18',
  refusals: (egress, { version, written }) => {
    if (egress === 'none') return []
    const hasTunnels = Boolean(written(sshUser)) && abilitiesOf(version).apiserver.sshTunnels
    return [
      ...refuseUnless(stateAt(egressSelector, version) !== 'unmodelled', {
        code: 'not-modelled-yet',
        message: `the Konnectivity of ${version.text}, by HTTP CONNECT alone, is not modelled yet`,
        hint: 'from 1.18 on it is',
      }),
      // Kubernetes may accept both. Which of them takes effect was not looked up.
      ...refuseUnless(!hasTunnels, {
        code: 'contradiction',
        message: 'nodes are reached through SSH tunnels or through Konnectivity, not through both',
        hint: `leave ${sshUser.name} out`,
      }),
    ]
  },
}
