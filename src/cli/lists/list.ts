import { wrap } from './wrap.ts'

/** Something that `onpath list` shows. */
export interface List {
  /** What it lists, in the summary of the command. */
  readonly meaning: string
  /** Another name, which it shares with other lists. */
  readonly group?: string
  /** For JSON. */
  values(): readonly object[]
  /** For people, indented by two blanks. */
  text(): string
}

/** A list whose entries are a name and a text below it. */
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
