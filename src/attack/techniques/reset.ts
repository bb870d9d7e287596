import { BlindAgent } from '../agents/blind-agent.ts'
import { ResetAgent } from '../agents/reset-agent.ts'
import { RESPONSES } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = RESPONSES

export const reset: Technique<typeof parameters> = {
  meaning:
    'Ends connections with forged RST segments; an attacker that sees no packets guesses ports and sequence numbers.',
  references: { attack: ['T1499'], weaknesses: [400] },
  needs: ['injects'],
  parameters,
  actsOn: ['syn', 'syn-ack', 'data', 'ack', 'fin'],
  packets(tools) {
    const delaysNs = tools.parameters.map(({ delay }) => delay)
    return new BlindAgent(tools, 'reset', delaysNs, new ResetAgent(tools, delaysNs))
  },
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
