import { COMMON } from '../parameters/common.ts'
import type { Technique } from './technique.ts'

const parameters = { for: COMMON.for }

export const eavesdrop: Technique<typeof parameters> = {
  meaning: 'Reads the traffic that passes, as far as it can decrypt it.',
  references: { attack: ['T1040'], weaknesses: [319] },
  needs: ['sees'],
  parameters,
  gains: ['credential'],
  isPassive: true,
  messages: ['reads'],
  outcomeOfSeeing: 'metadata',
  matrix: { rows: [{ at: ['link', 'node'] }], isHarmless: true },
}
