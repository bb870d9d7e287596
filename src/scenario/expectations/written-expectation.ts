import type { Expectation } from '../../measure/expectation.ts'
import type { Word } from './line-reader.ts'

/** A line as it is written: roles are words in it, and whether what it names exists is for the caller to see. */
export interface WrittenExpectation {
  readonly expectation: Expectation
  /** Where in the line its names are. */
  readonly words: Readonly<Record<string, Word | null>>
}
