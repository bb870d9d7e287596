import type { GateReport, Place } from './gate-report.ts'

/** A way of passing the findings of a gate to a CI system. Its key in the registry is the name of its option. */
export type CiOutput = CiFile | CiLog

interface Described {
  /** The line of the option in the help. */
  readonly meaning: string
  /** The content of the output in one or two sentences, for the reference page. */
  readonly content: string
}

/** A file, whose name is the option's argument. It is written completely or not at all. */
export interface CiFile extends Described {
  readonly kind: 'file'
  /**
   * Returns whether the beginning of a file belongs to an earlier output, which may be replaced. Empty files may be
   * replaced too.
   */
  isOurs(start: string): boolean
  /** @param version the version of onpath */
  write(reports: readonly GateReport[], version: string): string | Promise<string>
}

/** Lines in the log that the CI system interprets, with escaped texts, and a summary of the job. */
export interface CiLog extends Described {
  readonly kind: 'log'
  commands(reports: readonly GateReport[]): string
  /** Returns the command for a problem of a scenario that cannot be simulated. */
  problem(place: Place, title: string, message: string): string
  /** The text to append to the file that an environment variable names, if the variable is set. */
  readonly summary?: { readonly variable: string; write(reports: readonly GateReport[]): string }
}
