import { DROP } from '../../network/packet-rule.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const drop: Technique = {
  meaning: 'Drops packets.',
  needs: ['intercepts'],
  parameters: PACKETS,
  packets: () => ({ onPacket: () => DROP }),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
