import { DROP } from '../../network/packet-rule.ts'
import { PACKETS } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = PACKETS

export const drop: Technique<typeof parameters> = {
  meaning: 'Drops packets.',
  references: { attack: ['T1498'], weaknesses: [400] },
  needs: ['intercepts'],
  parameters,
  packets: () => ({ onPacket: () => DROP }),
  matrix: { rows: [{ at: ['link'] }], isOnStandingConnections: true },
}
