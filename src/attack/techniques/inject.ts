import { BlindAgent } from '../agents/blind-agent.ts'
import { InjectionAgent } from '../agents/injection-agent.ts'
import { RESPONSES } from './parameters.ts'
import type { Technique } from './technique.ts'

export const inject: Technique = {
  meaning:
    'Sends data in the name of one end, in a race with its own; an attacker that sees no packets guesses ports and sequence numbers.',
  references: { attack: ['T1565.002'], weaknesses: [319, 345] },
  needs: ['injects'],
  parameters: RESPONSES,
  actsOn: ['data', 'syn'],
  messages: ['forges'],
  packets: (tools) => new BlindAgent(tools, 'garbage', new InjectionAgent(tools)),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
