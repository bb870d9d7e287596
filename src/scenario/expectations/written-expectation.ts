import type { Expectation } from '../../measure/expectation.ts'
import type { LineReader, Word } from './line-reader.ts'

/** A line of `expect` as written. Its names and roles are not checked yet. */
export interface WrittenExpectation {
  readonly expectation: Expectation
  /** The names in the line, with their positions. */
  readonly words: Readonly<Record<string, Word | null>>
}

/** A kind of line of `expect`. The key of its registry is its first word. */
export interface ExpectationLine {
  /** An example, for messages. Words in capitals stand for names. */
  readonly form: string
  /** Reads the line from its second word on. */
  read(reader: LineReader): WrittenExpectation
}
