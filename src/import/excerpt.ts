import { type Position, SourceText } from '../scenario/problems/source-text.ts'

/** A quoted text in a file, such as an entry of a ConfigMap on one line. */
export interface QuotedText {
  /** The place of the text, including its quotes. */
  readonly position: Position
  /** The whole text without its quotes. */
  readonly text: string
  /** The offset in the text at which the excerpt begins. */
  readonly offset: number
}

/** A part of a file. Its positions are lines of the whole file. */
export class Excerpt extends SourceText {
  readonly #firstLine: number
  readonly #isOneLine: boolean
  /** The quoted text that contains the excerpt; null if the text is not quoted. */
  readonly quoted: QuotedText | null

  /**
   * @param firstLine the line of the file at which the text begins
   * @param isOneLine true if the whole text is on that line, as a quoted text in YAML is
   */
  constructor(file: string, text: string, firstLine: number, isOneLine = false, quoted: QuotedText | null = null) {
    super(file, text)
    this.#firstLine = firstLine
    this.#isOneLine = isOneLine
    this.quoted = quoted
  }

  override positionOf(offset: number): { line: number; column: number; sourceLine: string } {
    const within = super.positionOf(offset)
    return { ...within, line: this.#isOneLine ? this.#firstLine : this.#firstLine + within.line - 1 }
  }

  /** Returns a part of this text. Its lines stay those of the file. */
  part(start: number, end: number): Excerpt {
    const quoted = this.quoted === null ? null : { ...this.quoted, offset: this.quoted.offset + start }
    return new Excerpt(this.file, this.text.slice(start, end), this.positionOf(start).line, this.#isOneLine, quoted)
  }

  /** Returns another text with the same line numbers. */
  with(text: string): Excerpt {
    return new Excerpt(this.file, text, this.#firstLine, this.#isOneLine)
  }
}
