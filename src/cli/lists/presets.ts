import { PRESETS } from '../../scenario/cluster/presets/presets.ts'
import { listOfTexts } from './list.ts'

export const presets = listOfTexts(
  'preset',
  'presets of clusters',
  () => Object.values(PRESETS).map(({ name, explanation }) => ({ name, explanation })),
  ({ explanation }) => explanation,
)
