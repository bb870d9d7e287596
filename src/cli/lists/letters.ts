import { PATH_LETTERS } from '../../cluster/paths/letters.ts'
import { MODELLED_PATH_KINDS } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import { listOfTexts } from './list.ts'

export const letters = listOfTexts(
  'letter of a path',
  'letters of paths, A to J',
  () => namesOf(PATH_LETTERS).map((name) => ({ name, meaning: PATH_LETTERS[name], kinds: kindsWith(name) })),
  ({ meaning, kinds }) => `${meaning} Path kinds: ${kinds.join(', ')}.`,
)

function kindsWith(letter: string): readonly string[] {
  return MODELLED_PATH_KINDS.filter(({ letters: all }) => all.split(', ').includes(letter)).map(({ name }) => name)
}
