import { BlindAgent } from '../agents/blind-agent.ts'
import { InjectionAgent } from '../agents/injection-agent.ts'
import { RESPONSES } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = RESPONSES

export const inject: Technique<typeof parameters> = {
  meaning:
    'Sends data in the name of one end, in a race with its own; an attacker that sees no packets guesses ports and sequence numbers.',
  references: { attack: ['T1565.002'], weaknesses: [319, 345] },
  needs: ['injects'],
  parameters,
  actsOn: ['data', 'syn'],
  messages: ['forges'],
  packets(tools) {
    const delaysNs = tools.parameters.map(({ delay }) => delay)
    return new BlindAgent(tools, 'garbage', delaysNs, new InjectionAgent(tools, delaysNs))
  },
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
