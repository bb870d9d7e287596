import { DROP } from '../../network/packet-rule.ts'
import { PACKETS } from './parameters.ts'
import type { Technique } from './technique.ts'

export const drop: Technique = {
  meaning: 'Drops packets.',
  references: { attack: ['T1498'], weaknesses: [400] },
  needs: ['intercepts'],
  parameters: PACKETS,
  packets: () => ({ onPacket: () => DROP }),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
