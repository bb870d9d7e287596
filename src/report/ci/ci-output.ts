import type { GateReport, Place } from './gate-report.ts'

/** One way to tell a CI system what a gate found. The name of its option is its key in the registry. */
export type CiOutput = CiFile | CiLog

interface Described {
  /** The line of the option in the help. */
  readonly meaning: string
  /** The content of the output, in one or two sentences, for the reference page. */
  readonly content: string
}

/** A file, whose name the option takes. It is written whole or not at all. */
export interface CiFile extends Described {
  readonly kind: 'file'
  /** Returns whether the beginning of a file is that of an earlier output, which may be replaced. Empty files may be. */
  isOurs(start: string): boolean
  /** @param version the version of onpath */
  write(reports: readonly GateReport[], version: string): string | Promise<string>
}

/** Lines in the log that the CI system obeys, which escape all texts, and what it shows of a job. */
export interface CiLog extends Described {
  readonly kind: 'log'
  commands(reports: readonly GateReport[]): string
  /** Returns the command for a problem of a scenario that cannot be simulated. */
  problem(place: Place, title: string, message: string): string
  /** The text that is appended to the file that an environment variable names, where it is set. */
  readonly summary?: { readonly variable: string; write(reports: readonly GateReport[]): string }
}
