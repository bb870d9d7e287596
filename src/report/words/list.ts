import { namesOf } from '../../engine/registry.ts'
import { grouped } from '../../simulation/lookups/lookups.ts'
import type { Screen } from '../screen/screen.ts'
import { LIST_COLUMNS, wrap } from './wrap.ts'

/** An item of a list. */
export interface ListItem {
  readonly name: string
  /** The item as a text for human readers, indented by two blanks. */
  readonly text: string
}

/** A list that `onpath list` prints. `onpath explain` finds an item of it by its name. */
export interface List {
  /** The items of the list, in the summary of the command. */
  readonly meaning: string
  /** One item, such as `link profile`. */
  readonly noun: string
  /** The group of lists that it belongs to. */
  readonly group?: string
  /** Returns the items for JSON. */
  values(): readonly object[]
  /** Returns the items, whose sentences are broken at so many columns (80). */
  items(columns?: number): readonly ListItem[]
  /** Returns items that stand in results and not in the list, since scenarios cannot use them; `explain` knows them. */
  unlisted?(columns?: number): readonly ListItem[]
  /** Returns the whole list as a text. Default: the texts of its items, with an empty line between them. */
  text?(columns?: number): string
}

/** Makes a list whose items are a name with a text below it. */
export function listOfTexts<Entry extends { readonly name: string }>(
  noun: string,
  meaning: string,
  values: () => readonly Entry[],
  textOf: (entry: Entry) => string,
): List {
  return {
    meaning,
    noun,
    values,
    items: (columns) =>
      values().map((entry) => ({ name: entry.name, text: `  ${entry.name}\n${wrap(textOf(entry), 4, columns)}` })),
  }
}

/** Makes a list of a registry that has the meaning of each name. */
export function listOfMeanings(noun: string, meaning: string, meanings: Readonly<Record<string, string>>): List {
  const values = () => Object.keys(meanings).map((name) => ({ name, meaning: meanings[name] }))
  return listOfTexts(noun, meaning, values, (entry) => entry.meaning)
}

/** Returns a list as a text for human readers, indented by two blanks. Sentences are broken at `columns`. */
export function textOfList(list: List, columns = LIST_COLUMNS): string {
  return (
    list.text?.(columns) ??
    list
      .items(columns)
      .map(({ text }) => text)
      .join('\n')
  )
}

/** Returns the columns of lists on a screen: at most 80, since longer lines are hard to read. */
export function listColumns({ columns }: Screen): number {
  return Math.min(columns ?? LIST_COLUMNS, LIST_COLUMNS)
}

/** Returns the names of lists, by the group to which they belong. */
export function groupsOf<Name extends string>(
  lists: Readonly<Record<Name, List>>,
): ReadonlyMap<string, readonly Name[]> {
  return grouped(
    namesOf(lists).filter((name) => lists[name].group !== undefined),
    (name) => lists[name].group ?? '',
  )
}
