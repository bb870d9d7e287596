import type { Technique } from './technique.ts'

export const eavesdrop: Technique = {
  meaning: 'Reads what passes, as far as its keys open it.',
  needs: ['sees'],
  parameters: { for: {} },
  gains: ['credential'],
  isPassive: true,
  messages: ['reads'],
  outcomeOfSeeing: 'metadata',
  matrix: { rows: [{ at: ['link', 'node'] }], isHarmless: true },
}
