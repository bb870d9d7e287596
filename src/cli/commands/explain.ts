import { UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { withPlaceOfPages } from '../../report/page-address.ts'
import { fittedText } from '../../report/screen/lines.ts'
import { type List, type ListItem, listColumns, textOfList } from '../../report/words/list.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
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
    const items = namesOf(LISTS).flatMap((list) =>
      itemsOf(LISTS[list], columns).map(({ name, text }) => ({ name, text: `${LISTS[list].noun}\n${text}` })),
    )
    const found = WAYS.map((isMeant) => items.filter(({ name }) => isMeant(name, word)))
      .find((some) => some.length > 0)
      ?.map(({ text }) => text)
    if (found === undefined) throw new UsageError(`there is no word ${word}; ${hintFor(word)}`)
    io.out(fittedText(withPlaceOfPages(found.join('\n')), screen))
  },
}

const UNIT = /[ _](ms|ns|mbps|bytes|bps)$/

/**
 * The ways in which a word can mean a name, best first: as it is, in other capitals, without
 * its unit (`p99` is the column `p99 ms`).
 */
const WAYS: readonly ((name: string, word: string) => boolean)[] = [
  (name, word) => name === word,
  (name, word) => name.toLowerCase() === word.toLowerCase(),
  (name, word) => name.toLowerCase().replace(UNIT, '') === word.toLowerCase(),
]

function itemsOf(list: List, columns?: number): readonly ListItem[] {
  return [...list.items(columns), ...(list.unlisted?.(columns) ?? [])]
}

function hintFor(word: string): string {
  const all = namesOf(LISTS).flatMap((list) => itemsOf(LISTS[list]).map(({ name }) => name))
  return didYouMean(word, all) ?? 'run `onpath list` for all words'
}
