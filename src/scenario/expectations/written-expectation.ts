import type { Expectation } from '../../measure/expectation.ts'
import type { Word } from './line-reader.ts'

/** A line of `expect` as written. Its names and roles are not checked yet. */
export interface WrittenExpectation {
  readonly expectation: Expectation
  /** The names in the line, with their positions. */
  readonly words: Readonly<Record<string, Word | null>>
}
