import { namesOf } from '../../engine/registry.ts'
import { EXIT, EXIT_MEANINGS } from '../exit-code.ts'
import { listOfTexts } from './list.ts'

export const exits = listOfTexts(
  'exit code',
  'exit codes',
  () => namesOf(EXIT).map((key) => ({ name: String(EXIT[key]), meaning: EXIT_MEANINGS[key] })),
  ({ meaning }) => meaning,
)
