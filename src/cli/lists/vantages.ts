import { VANTAGES } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'
import { listOfTexts } from './list.ts'

export const vantages = listOfTexts(
  'vantage',
  'vantages of attackers',
  () => namesOf(VANTAGES).map((name) => ({ name, ...VANTAGES[name] })),
  ({ meaning }) => meaning,
)
