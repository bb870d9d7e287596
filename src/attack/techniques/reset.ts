import { Guessing } from '../agents/guessing.ts'
import { Resetting } from '../agents/resetting.ts'
import { RESPONSES } from './parameters.ts'
import type { Technique } from './technique.ts'

export const reset: Technique = {
  meaning: 'Ends connections with forged RST segments; without sight it guesses ports and sequence numbers.',
  needs: ['injects'],
  parameters: RESPONSES,
  packets: (tools) => new Guessing(tools, 'reset', new Resetting(tools)),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
