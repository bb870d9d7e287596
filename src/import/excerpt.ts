import { SourceText } from '../scenario/tree/source-text.ts'

/** A part of a file, whose positions are lines of the whole file. */
export class Excerpt extends SourceText {
  readonly #firstLine: number
  readonly #isOneLine: boolean

  /**
   * @param firstLine the line of the file with which the text begins
   * @param isOneLine true if the whole text is written in that line, as a quoted text in YAML is
   */
  constructor(file: string, text: string, firstLine: number, isOneLine = false) {
    super(file, text)
    this.#firstLine = firstLine
    this.#isOneLine = isOneLine
  }

  override positionOf(offset: number): { line: number; column: number; sourceLine: string } {
    const within = super.positionOf(offset)
    return { ...within, line: this.#isOneLine ? this.#firstLine : this.#firstLine + within.line - 1 }
  }

  /** Returns a part of this text, with its lines. */
  part(start: number, end: number): Excerpt {
    return new Excerpt(this.file, this.text.slice(start, end), this.positionOf(start).line, this.#isOneLine)
  }

  /** Returns another text with the same lines. */
  with(text: string): Excerpt {
    return new Excerpt(this.file, text, this.#firstLine, this.#isOneLine)
  }
}
