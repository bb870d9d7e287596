import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'
import type { Screen } from '../screen/screen.ts'

/** An output format of `onpath run`. It prints each result when its run ends, or all results at the end. */
export interface RunFormat {
  /** The meaning of the option that selects the format, in the help. */
  readonly meaning: string
  /** Prints one result, if the format prints each. */
  each?(result: Result, about: RunContext): string
  /** Prints all results at the end, if the format prints them together. */
  all?(results: readonly Result[], options: JointOptions): string
}

export interface JointOptions {
  readonly screen: Screen
  /** True if every row is printed, regardless of their number. */
  readonly showsAll: boolean
  /** The commands that reproduce the runs. */
  readonly reproduce: readonly string[]
}

export interface RunContext {
  /** The command that reproduces the run. */
  readonly reproduce: string
  /** The command that lists the packets of the run. */
  readonly packets: string
  /** True if this is the only run. */
  readonly isOnly: boolean
  readonly screen: Screen
  /** The acceptances of expectations that were not met, in the order of these expectations. */
  readonly tolerances: readonly Tolerance[]
}

/** A file of a run folder, in addition to `summary.json`. */
export interface RunFile {
  readonly meaning: string
  /** Returns the content of the file; null if the result has nothing for it. */
  write(result: Result): string | null
}
