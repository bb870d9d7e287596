import { withoutStyles } from '../../scenario/problems/visible.ts'

/** The place where a text is printed: its line length, and whether it shows colours. */
export interface Screen {
  /** True if texts have colours. */
  readonly hasColor: boolean
  /** The width in columns; null if lines may have any length, as in files and pipes. */
  readonly columns: number | null
  /** Returns the number of columns of a text, without its colour codes. */
  readonly widthOf: (text: string) => number
  /** Breaks a text between words into lines of at most `columns` columns. A longer word gets a line of its own. */
  readonly wrap: (text: string, columns: number) => string
  /** Present if commands must not be broken into lines, because a program may read them. */
  readonly keepsCommands?: true
}

/** A file or a pipe: no colours, and lines of any length. */
export const PLAIN_SCREEN: Screen = {
  hasColor: false,
  columns: null,
  widthOf: (text) => [...withoutStyles(text)].length,
  wrap: (text) => text,
}

/** Returns whether a line fits on the screen. */
export function doesFit(line: string, { columns, widthOf }: Screen): boolean {
  return columns === null || widthOf(line) <= columns
}

/** Breaks a text without colours between words into lines of at most so many characters. Blanks within a line stay. */
export function wrapPlain(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=\S)(?= +\S)/)) {
    if (line === '' || PLAIN_SCREEN.widthOf(line + word) <= columns) line += word
    else {
      lines.push(line)
      line = word.trimStart()
    }
  }
  return [...lines, line].join('\n')
}
