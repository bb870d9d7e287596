import { interceptionAgent } from '../agents/interception-agent.ts'
import type { Technique } from './technique.ts'

export const relay: Technique = {
  meaning: "Answers in the server's name, and forwards what it is asked to the real server.",
  needs: ['intercepts'],
  parameters: { for: {}, count: {}, presents: {}, with: {} },
  gains: ['credential'],
  packets: interceptionAgent,
  serves: { at: 'server-address', relays: true },
  matrix: { rows: [{ at: ['link', 'tunnel-node'] }] },
}
