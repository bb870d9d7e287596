/** The process as commands see it, except for files. Tests use their own. */
export interface Io {
  /** Writes to standard output, which has only the result. */
  readonly out: (text: string) => void
  /** Writes to standard error, which receives everything except results. */
  readonly err: (text: string) => void
  /** Writes commands for a CI system to standard error. Their texts are escaped. */
  readonly command: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Asks the user a question, and returns the answer; null without a terminal. */
  readonly ask: ((question: string) => Promise<string>) | null
  /** True if standard output shows colours: on a terminal, or by FORCE_COLOR, and without NO_COLOR. */
  readonly hasColor: boolean
  /** The width of standard output in columns; null when it is no terminal. */
  readonly columns: number | null
  /** The width of tables and surrounding text if standard output is not a terminal; null for any width. */
  readonly pipeColumns: number | null
  /** The terminal on which progress is shown, or null when there is none. */
  readonly terminal: NodeJS.WritableStream | null
  /**
   * Returns a signal that is aborted by SIGINT or SIGTERM, with the exit code as its reason. Before the first call,
   * these signals end the process at once, even while it waits for input.
   */
  readonly listenForInterruption: () => AbortSignal
  /** True if a bug report includes its stack (ONPATH_DEBUG). */
  readonly isDebugging: boolean
  /**
   * Returns an environment variable that a command reads: a password, which must not stand in its arguments, or the file
   * that a CI system names.
   */
  readonly environment: (name: string) => string | undefined
  /** Returns the present date, such as 2027-03-01. */
  readonly today: () => string
}
