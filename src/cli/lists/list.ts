import { wrap } from './wrap.ts'

/** An item of a list. */
export interface ListItem {
  readonly name: string
  /** The item as a text for people, indented by two blanks. */
  readonly text: string
}

/** A list that `onpath list` prints. `onpath explain` finds an item of it by its name. */
export interface List {
  /** The items of the list, in the summary of the command. */
  readonly meaning: string
  /** One item, such as `link profile`. */
  readonly noun: string
  /** The group of lists to which it belongs. */
  readonly group?: string
  /** Returns the items for JSON. */
  values(): readonly object[]
  items(): readonly ListItem[]
  /** Returns the whole list as a text. Default: the texts of its items, with an empty line between them. */
  text?(): string
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
    items: () => values().map((entry) => ({ name: entry.name, text: `  ${entry.name}\n${wrap(textOf(entry), 4)}` })),
  }
}

/** Returns a list as a text for people, indented by two blanks. */
export function textOfList(list: List): string {
  return (
    list.text?.() ??
    list
      .items()
      .map(({ text }) => text)
      .join('\n')
  )
}
