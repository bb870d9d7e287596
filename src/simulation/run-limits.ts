/** The limits of a run, and the callbacks that report its progress. */
export interface RunLimits {
  /**
   * The largest number of events, counted as in `Result.events`, at least 1. BudgetExceeded is thrown beyond it.
   * Default: no limit.
   */
  readonly maxEvents?: number
  /**
   * The most memory that the state of the simulation may take. BudgetExceeded is thrown beyond it. In a simulation with
   * attackers, the limit applies to each fork. Default: 2 GiB.
   */
  readonly maxMemoryBytes?: number
  /**
   * Called when the simulation is planned and built, and every 2,000 events, with the simulated time and the number of
   * events.
   */
  readonly onProgress?: (simulatedNs: number, events: number) => void
  /** Called as often as `onProgress`. If it returns true, the run ends with what it has measured so far. */
  readonly shouldStop?: () => boolean
}
