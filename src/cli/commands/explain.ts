import { UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { withPlaceOfPages } from '../../report/page-address.ts'
import { fittedText } from '../../report/screen/lines.ts'
import { findWord } from '../../report/words/find-word.ts'
import { listColumns, textOfList } from '../../report/words/list.ts'
import { LISTS } from '../lists.ts'
import { screenOf } from '../screen.ts'
import type { Command } from './command.ts'

const NOUNS = namesOf(LISTS).map((name) => LISTS[name].noun)

export const explain: Command<readonly [string | undefined], Record<never, never>> = {
  arguments: [
    {
      syntax: '[word]',
      meaning: `a word such as no-route, relayed, D, p99: ${NOUNS.join(', ')}; without it, the codes of problems are explained`,
    },
  ],
  options: {},
  async run([word], _, { io }) {
    const screen = await screenOf(io)
    const columns = listColumns(screen)
    if (word === undefined) return io.out(fittedText(textOfList(LISTS.codes, columns), screen))
    const { texts, hint } = findWord(word, LISTS, columns)
    if (texts.length === 0)
      throw new UsageError(`there is no word ${word}; ${hint ?? 'run `onpath list` for all words'}`)
    io.out(fittedText(withPlaceOfPages(texts.join('\n')), screen))
  },
}
