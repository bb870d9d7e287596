/** A text with the name of its file. It converts offsets to lines and columns. */
export class SourceText {
  readonly file: string
  readonly text: string
  /** The offsets of lines. They are computed when a position is first needed, because most texts have no problems. */
  #lineStarts: Uint32Array | null = null

  /** Removes a byte order mark at the start of the text. */
  constructor(file: string, text: string) {
    this.file = file
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text
  }

  /** Returns the line and column of an offset, counted from 1. Offsets after the end are treated as the end. */
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
    const end = low + 1 < lineStarts.length ? lineStarts[low + 1] - 1 : undefined
    const sourceLine = this.text.slice(start, end).replace(/\r$/, '')
    return { line: low + 1, column: within - start + 1, sourceLine }
  }
}

/** Returns the offset of each line. A file of a cluster can have millions of lines. */
function lineStartsOf(text: string): Uint32Array {
  let count = 1
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++
  const starts = new Uint32Array(count)
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts[line++] = i + 1
  return starts
}

/** The position of a key or value in a source text. `end` is the first offset after it. */
export interface Position {
  readonly source: SourceText
  readonly start: number
  readonly end: number
  /** The origin, in words, of a derived value that is not written in the text. */
  readonly origin?: string
}
