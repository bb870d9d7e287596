import { namesOf } from '../../engine/registry.ts'
import { PROBLEM_CODES } from '../../scenario/problems/problem-codes.ts'
import { listOfTexts } from './list.ts'

export const codes = listOfTexts(
  'code of a problem',
  'codes of problems in scenarios',
  () => namesOf(PROBLEM_CODES).map((name) => ({ name, meaning: PROBLEM_CODES[name] })),
  ({ meaning }) => meaning,
)
