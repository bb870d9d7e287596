import type { Technique } from './technique.ts'

export const eavesdrop: Technique = {
  meaning: 'Reads the traffic that passes, as far as it can decrypt it.',
  references: { attack: ['T1040'], weaknesses: [319] },
  needs: ['sees'],
  parameters: { for: {} },
  gains: ['credential'],
  isPassive: true,
  messages: ['reads'],
  outcomeOfSeeing: 'metadata',
  matrix: { rows: [{ at: ['link', 'node'] }], isHarmless: true },
}
