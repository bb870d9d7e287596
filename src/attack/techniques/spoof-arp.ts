import { kubeletCertificateAuthority } from '../../cluster/flags/apiserver/kubelet-certificate-authority.ts'
import { ArpSpoofingAgent } from '../agents/arp-spoofing-agent.ts'
import type { Technique } from './technique.ts'

export const spoofArp: Technique = {
  meaning:
    'Claims the next hop of a path in ARP replies (RFC 826), responds as its server, and forwards all other packets.',
  references: { attack: ['T1557.002'], weaknesses: [290, 300] },
  decidedBy: { kubelet: [{ flag: kubeletCertificateAuthority }] },
  needs: ['claims'],
  parameters: { for: {}, count: {}, presents: {} },
  gains: ['credential'],
  messages: ['reads'],
  attracts: true,
  packets: (tools) => new ArpSpoofingAgent(tools),
  serves: { at: 'server-address' },
  matrix: { rows: [{ at: ['segment', 'pod'] }] },
}
