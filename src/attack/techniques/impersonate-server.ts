import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { impersonationAgent } from '../agents/impersonation-agent.ts'
import { COMMON } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = { for: COMMON.for, count: COMMON.count, presents: COMMON.presents }

export const impersonateServer: Technique<typeof parameters> = {
  meaning:
    "Accepts connections in the name of the path's server, and responds itself. An attacker that cannot divert them answers in a race with the server.",
  references: { attack: ['T1557'], weaknesses: [295] },
  decidedBy: { kubelet: [{ flag: kubeletCertificateAuthority }] },
  needs: ['injects'],
  parameters,
  gains: ['credential'],
  packets: impersonationAgent,
  serves: { at: 'server-address', takesOver: true },
  matrix: { rows: [{ at: ['link', 'tunnel-node', 'server-node'] }], onJoining: true },
}
