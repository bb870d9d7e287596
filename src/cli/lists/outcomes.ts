import { namesOf } from '../../engine/registry.ts'
import { OUTCOME_MEANINGS } from '../../measure/verdict.ts'
import { listOfTexts } from './list.ts'

export const outcomes = listOfTexts(
  'outcome',
  'outcomes of attacks',
  () => namesOf(OUTCOME_MEANINGS).map((name) => ({ name, meaning: OUTCOME_MEANINGS[name] })),
  ({ meaning }) => meaning,
)
