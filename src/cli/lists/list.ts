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
