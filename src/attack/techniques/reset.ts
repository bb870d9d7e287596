import { BlindAgent } from '../agents/blind-agent.ts'
import { ResetAgent } from '../agents/reset-agent.ts'
import { RESPONSES } from './parameters.ts'
import type { Technique } from './technique.ts'

export const reset: Technique = {
  meaning:
    'Ends connections with forged RST segments; an attacker that sees no packets guesses ports and sequence numbers.',
  references: { attack: ['T1499'], weaknesses: [400] },
  needs: ['injects'],
  parameters: RESPONSES,
  actsOn: ['syn', 'syn-ack', 'data', 'ack', 'fin'],
  packets: (tools) => new BlindAgent(tools, 'reset', new ResetAgent(tools)),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
