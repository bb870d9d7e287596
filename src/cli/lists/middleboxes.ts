import { namesOf } from '../../engine/registry.ts'
import { MIDDLEBOX_KINDS } from '../../network/middlebox-kinds.ts'
import { listOfTexts } from './list.ts'

export const middleboxes = listOfTexts(
  'kind of middlebox',
  'kinds of middleboxes',
  () => namesOf(MIDDLEBOX_KINDS).map((name) => ({ name, meaning: MIDDLEBOX_KINDS[name] })),
  ({ meaning }) => meaning,
)
