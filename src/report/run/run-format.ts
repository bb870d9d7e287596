import type { Result } from '../../measure/result.ts'

/** A way to print results of `onpath run`; a result that is printed as soon as it is there, and all of them at the end. */
export interface RunFormat {
  /** In the help of the option that asks for it. */
  readonly meaning: string
  /** Absent: nothing is printed before the end. */
  each?(result: Result, about: RunContext): string
  /** Absent: nothing is printed at the end. */
  all?(results: readonly Result[], options: { readonly hasColor: boolean }): string
}

export interface RunContext {
  /** The command that does this run again. */
  readonly reproduce: string
  /** Whether no other run is printed. */
  readonly isOnly: boolean
  readonly hasColor: boolean
}

/** A file of a run folder, beside `summary.json`. */
export interface RunFile {
  readonly meaning: string
  /** The whole file; null: the result has nothing that belongs there. */
  write(result: Result): string | null
}
