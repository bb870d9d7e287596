import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { anonymousEnabled } from '../../cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode as kubeletMode } from '../../cluster/flags/kubelet/authorization-mode.ts'
import { interceptionAgent } from '../agents/interception-agent.ts'
import { COMMON } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = { for: COMMON.for, count: COMMON.count, presents: COMMON.presents, with: COMMON.with }

export const relay: Technique<typeof parameters> = {
  meaning:
    "Accepts connections in the server's name, and forwards the requests to the real server. At the end of a tunnel it passes on connections whose clients verify the server as they are.",
  references: { attack: ['T1557'], weaknesses: [295, 300] },
  decidedBy: {
    kubelet: [
      { flag: kubeletCertificateAuthority },
      { flag: anonymousEnabled, explains: 'anonymous' },
      { flag: kubeletMode, explains: 'granted' },
    ],
  },
  needs: ['intercepts'],
  parameters,
  gains: ['credential'],
  packets: interceptionAgent,
  serves: { at: 'server-address', relays: true, passesVerified: true },
  matrix: { rows: [{ at: ['link', 'tunnel-node'] }] },
}
