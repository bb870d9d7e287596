/** All that the commands see of the process around them, apart from files; tests put their own in its place. */
export interface Io {
  /** Standard output: the answer, and nothing else. */
  readonly out: (text: string) => void
  /** Standard error: everything else. */
  readonly err: (text: string) => void
  readonly readStdin: () => Promise<string>
  /** Whether `out` goes to a terminal that shows bold text, and the user has not said NO_COLOR. */
  readonly hasColor: boolean
  /** Where progress is drawn; null: nobody watches. */
  readonly terminal: NodeJS.WritableStream | null
  /**
   * Aborted when the user or the system asks to stop, with the exit code as its reason. Until somebody asks for it, such
   * a wish simply ends the process, also while it waits for input.
   */
  readonly listenForInterruption: () => AbortSignal
  /** Whether a bug shows its stack. */
  readonly isDebugging: boolean
  /** The date, as 2027-03-01. */
  readonly today: () => string
}
