import { TamperingAgent } from '../agents/tampering-agent.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const tamper: Technique = {
  meaning: 'Changes what packets carry, with correct checksums.',
  needs: ['intercepts'],
  parameters: PACKETS,
  messages: ['alters'],
  packets: (tools) => new TamperingAgent(tools),
  matrix: { rows: [{ at: ['link', 'tunnel-node'] }], isOnStandingConnections: true },
}
