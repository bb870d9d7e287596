import { OwnCodeAgent } from '../agents/own-code-agent.ts'
import type { Technique } from './technique.ts'

export const ownCode: Technique = {
  meaning: 'Does to packets what code of a user of the library decides.',
  references: { attack: ['T1557'], weaknesses: [] },
  needs: ['sees'],
  parameters: {},
  gains: ['credential'],
  messages: ['reads', 'alters'],
  outcomeOfSeeing: 'metadata',
  packets: (tools) => new OwnCodeAgent(tools),
  matrix: { rows: [], whyNoRows: 'It exists only in a program that passes it to a run.' },
}
