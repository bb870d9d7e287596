import { namesOf } from '../../engine/registry.ts'
import { BREAKDOWN_PARTS } from '../../measure/result.ts'
import { listOfTexts } from './list.ts'

export const parts = listOfTexts(
  'part of the time of requests',
  'parts of the time of requests, in `breakdownNs` and reports',
  () => namesOf(BREAKDOWN_PARTS).map((name) => ({ name, meaning: BREAKDOWN_PARTS[name] })),
  ({ meaning }) => meaning,
)
