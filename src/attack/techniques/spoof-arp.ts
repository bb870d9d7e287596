import { ArpSpoofingAgent } from '../agents/arp-spoofing-agent.ts'
import type { Technique } from './technique.ts'

export const spoofArp: Technique = {
  meaning:
    'Claims the next hop of a path in ARP replies (RFC 826), responds as its server, and forwards all other packets.',
  needs: ['claims'],
  parameters: { for: {}, count: {}, presents: {} },
  gains: ['credential'],
  messages: ['reads'],
  attracts: true,
  packets: (tools) => new ArpSpoofingAgent(tools),
  serves: { at: 'server-address' },
  matrix: { rows: [{ at: ['segment', 'pod'] }] },
}
