import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { ArpSpoofingAgent } from '../agents/arp-spoofing-agent.ts'
import { COMMON } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = { for: COMMON.for, count: COMMON.count, presents: COMMON.presents }

export const spoofArp: Technique<typeof parameters> = {
  meaning:
    'Claims the next hop of a path in ARP replies (RFC 826), responds as its server, and forwards all other packets.',
  references: { attack: ['T1557.002'], weaknesses: [290, 300] },
  decidedBy: { kubelet: [{ flag: kubeletCertificateAuthority }] },
  needs: ['claims'],
  parameters,
  gains: ['credential'],
  messages: ['reads'],
  attracts: true,
  packets: (tools) => new ArpSpoofingAgent(tools),
  serves: { at: 'server-address' },
  matrix: {
    rows: [{ at: ['segment', 'pod'] }],
    onSharedSegment: { presents: "another node's server certificate" },
  },
}
