import { namesOf } from '../../engine/registry.ts'
import { NOTICE_MEANINGS } from '../../measure/verdict.ts'
import { listOfTexts } from './list.ts'

export const notices = listOfTexts(
  'level of notice',
  'levels of notice',
  () => namesOf(NOTICE_MEANINGS).map((name) => ({ name, meaning: NOTICE_MEANINGS[name] })),
  ({ meaning }) => meaning,
)
