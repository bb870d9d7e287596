import { Guessing } from '../agents/guessing.ts'
import { Injecting } from '../agents/injecting.ts'
import { RESPONSES } from './parameters.ts'
import type { Technique } from './technique.ts'

export const inject: Technique = {
  meaning:
    'Sends data in the place of the end that would send next, and races it; without sight it guesses ports and sequence numbers.',
  needs: ['injects'],
  parameters: RESPONSES,
  messages: ['forges'],
  packets: (tools) => new Guessing(tools, 'garbage', new Injecting(tools)),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
