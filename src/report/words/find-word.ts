import { namesOf } from '../../engine/registry.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import type { List, ListItem } from './list.ts'

type Lists = Readonly<Record<string, List>>

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

/** Returns the texts of all items that a word means, each below the noun of its list; or the closest name, if any. */
export function findWord(
  word: string,
  lists: Lists,
  columns: number,
): { readonly texts: readonly string[]; readonly hint: string | undefined } {
  const items = namesOf(lists).flatMap((list) =>
    itemsOf(lists[list], columns).map(({ name, text }) => ({ name, text: `${lists[list].noun}\n${text}` })),
  )
  const meant = WAYS.map((isMeant) => items.filter(({ name }) => isMeant(name, word)))
  const texts = meant.find((some) => some.length > 0)?.map(({ text }) => text) ?? []
  const names = items.map(({ name }) => name)
  return { texts, hint: texts.length === 0 ? didYouMean(word, names) : undefined }
}

function itemsOf(list: List, columns: number): readonly ListItem[] {
  return [...list.items(columns), ...(list.unlisted?.(columns) ?? [])]
}
