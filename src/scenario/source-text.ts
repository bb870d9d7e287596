/** A text with its name, that tells lines and columns of offsets. */
export class SourceText {
  readonly file: string
  readonly text: string
  readonly #lineStarts: number[] = [0]

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.#lineStarts.push(i + 1)
  }

  /** Offsets beyond the text count as its end; line and column count from 1. */
  positionOf(offset: number): { line: number; column: number; sourceLine: string } {
    const within = Math.max(0, Math.min(offset, this.text.length))
    let low = 0
    let high = this.#lineStarts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#lineStarts[middle] <= within) low = middle
      else high = middle - 1
    }
    const start = this.#lineStarts[low]
    const next = this.#lineStarts[low + 1]
    const sourceLine = this.text.slice(start, next === undefined ? undefined : next - 1).replace(/\r$/, '')
    return { line: low + 1, column: within - start + 1, sourceLine }
  }
}

/** A stretch of a source text; `end` is the first offset behind it. */
export interface Spot {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}
