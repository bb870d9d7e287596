/** A text with the name of its file, which converts offsets to lines and columns. */
export class SourceText {
  readonly file: string
  readonly text: string
  /** The offsets of lines. They are computed when a position is first needed, since most texts have no problems. */
  #lineStarts: number[] | null = null

  /** Removes a byte order mark at the start of the text. */
  constructor(file: string, text: string) {
    this.file = file
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text
  }

  /** Returns the line and column of an offset, counted from 1. An offset after the end means the end. */
  positionOf(offset: number): { line: number; column: number; sourceLine: string } {
    this.#lineStarts ??= lineStartsOf(this.text)
    const lineStarts = this.#lineStarts
    const within = Math.max(0, Math.min(offset, this.text.length))
    let low = 0
    let high = lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (lineStarts[middle] <= within) low = middle
      else high = middle - 1
    }
    const start = lineStarts[low]
    const next = lineStarts[low + 1]
    const sourceLine = this.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
    return { line: low + 1, column: within - start + 1, sourceLine }
  }
}

/** The last offset whose line is computed. Scenarios are shorter; of longer texts only the beginning is shown. */
const LAST_OFFSET = 1 << 21

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0 && i < LAST_OFFSET; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}

/** A position in a source text: the offsets between which a key or value is. `end` is the first offset after it. */
export interface Position {
  readonly source: SourceText
  readonly start: number
  readonly end: number
  /** The origin, in words, of a value that is not written there but derives from it. */
  readonly origin?: string
}
