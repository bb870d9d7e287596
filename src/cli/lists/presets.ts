import { PRESETS } from '../../scenario/cluster/presets/presets.ts'
import { listOfTexts } from './list.ts'

export const presets = listOfTexts(
  'presets of clusters',
  () => Object.values(PRESETS).map(({ name, explanation }) => ({ name, explanation })),
  ({ explanation }) => explanation,
)
