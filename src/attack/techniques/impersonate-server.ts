import { interceptionAgent } from '../agents/interception-agent.ts'
import type { Technique } from './technique.ts'

export const impersonateServer: Technique = {
  meaning: "Accepts connections in the name of the path's server, and responds itself.",
  needs: ['intercepts'],
  parameters: { for: {}, count: {}, presents: {} },
  gains: ['credential'],
  packets: interceptionAgent,
  serves: { at: 'server-address', takesOver: true },
  matrix: { rows: [{ at: ['link', 'tunnel-node', 'server-node'] }] },
}
