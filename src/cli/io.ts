/** The process as commands see it, except for files. Tests use their own. */
export interface Io {
  /** Writes to standard output, which has only the result. */
  readonly out: (text: string) => void
  /** Writes to standard error, which has everything else. */
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Whether standard output is a terminal that shows bold text, and NO_COLOR is not set. */
  readonly hasColor: boolean
  /** The terminal on which progress is shown, or null when there is none. */
  readonly terminal: NodeJS.WritableStream | null
  /**
   * Returns a signal that is aborted by SIGINT or SIGTERM, with the exit code as its reason. Before the first call, these
   * end the process at once, also while it waits for input.
   */
  readonly listenForInterruption: () => AbortSignal
  /** Whether the report of a bug has its stack (ONPATH_DEBUG). */
  readonly isDebugging: boolean
  /** Returns the present date, such as 2027-03-01. */
  readonly today: () => string
}
