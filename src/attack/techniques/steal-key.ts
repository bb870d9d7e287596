import type { Technique } from './technique.ts'

export const stealKey: Technique = {
  meaning: 'Reads the private keys of certificates on its host, and the SSH host key.',
  references: { attack: ['T1552.004'], weaknesses: [522] },
  needs: [],
  parameters: {},
  gains: ['key', 'credential'],
  isPassive: true,
  steals: 'keys',
  matrix: { rows: [{ at: ['node'] }] },
}
