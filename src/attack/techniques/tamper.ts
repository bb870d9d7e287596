import { TamperingAgent } from '../agents/tampering-agent.ts'
import { PACKETS } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = PACKETS

export const tamper: Technique<typeof parameters> = {
  meaning: 'Changes the payload of packets and corrects their checksums.',
  references: { attack: ['T1565.002'], weaknesses: [319, 345] },
  needs: ['intercepts'],
  parameters,
  actsOn: ['data'],
  messages: ['alters'],
  packets: (tools) => new TamperingAgent(tools),
  matrix: { rows: [{ at: ['link', 'tunnel-node'] }], isOnStandingConnections: true },
}
