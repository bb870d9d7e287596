import { wrap } from './wrap.ts'

/** A list that `onpath list` prints. */
export interface List {
  /** The items of the list, in the summary of the command. */
  readonly meaning: string
  /** The group of lists to which it belongs. */
  readonly group?: string
  /** Returns the items for JSON. */
  values(): readonly object[]
  /** Returns the list as a text for people, indented by two blanks. */
  text(): string
}

/** Makes a list whose items are a name with a text below it. */
export function listOfTexts<Entry extends { readonly name: string }>(
  meaning: string,
  values: () => readonly Entry[],
  textOf: (entry: Entry) => string,
): List {
  return {
    meaning,
    values,
    text: () =>
      values()
        .map((entry) => `  ${entry.name}\n${wrap(textOf(entry), 4)}`)
        .join('\n'),
  }
}
