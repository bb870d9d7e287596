import { Tampering } from '../agents/tampering.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const tamper: Technique = {
  meaning: 'Changes what packets carry, with correct checksums.',
  needs: ['intercepts'],
  parameters: PACKETS,
  messages: ['alters'],
  packets: (tools) => new Tampering(tools),
  matrix: { rows: [{ at: ['link', 'tunnel-node'] }], isOnStandingConnections: true },
}
