import { namesOf } from '../../engine/registry.ts'
import { PRESETS } from '../../scenario/presets/presets.ts'
import { listOfTexts } from './list.ts'

export const presets = listOfTexts(
  'preset',
  'presets of clusters',
  () => namesOf(PRESETS).map((name) => ({ name, explanation: PRESETS[name].explanation })),
  ({ explanation }) => explanation,
)
