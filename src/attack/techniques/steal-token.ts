import type { Technique } from './technique.ts'

export const stealToken: Technique = {
  meaning: 'Reads the service-account tokens of pods on its host.',
  references: { attack: ['T1528'], weaknesses: [522] },
  needs: [],
  parameters: {},
  gains: ['credential'],
  isPassive: true,
  steals: 'tokens',
  matrix: { rows: [{ at: ['node'] }] },
}
