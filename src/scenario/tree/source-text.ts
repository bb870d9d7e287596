/** A text with its name, that tells lines and columns of offsets. */
export class SourceText {
  readonly file: string
  readonly text: string
  /** Made when first asked for: most texts have nothing wrong. */
  #lineStarts: number[] | null = null

  /** A byte order mark is not part of the text. */
  constructor(file: string, text: string) {
    this.file = file
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text
  }

  /** Offsets beyond the text count as its end; line and column count from 1. */
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

/** Where scenarios end at the latest; of a longer text only the beginning is ever shown. */
const LAST_OFFSET = 1 << 21

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0 && i < LAST_OFFSET; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  return starts
}

/** A stretch of a source text; `end` is the first offset behind it. */
export interface Position {
  readonly source: SourceText
  readonly start: number
  readonly end: number
  /** Of a value that nobody wrote there, but that follows from it: where it comes from, in words. */
  readonly origin?: string
}
