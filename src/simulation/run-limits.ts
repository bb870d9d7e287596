/** The limits of a run, and the callbacks by which it reports progress. */
export interface RunLimits {
  /**
   * The largest number of events, counted as in `Result.events`, at least 1; after it BudgetExceeded is thrown. Default: no
   * limit.
   */
  readonly maxEvents?: number
  /**
   * The most memory that the state of the simulation may take; beyond it BudgetExceeded is thrown. A simulation with
   * attackers has this limit for each of its forks. Default: 2 GiB.
   */
  readonly maxMemoryBytes?: number
  /** Called when the simulation is planned and built, and every 2,000 events, with the simulated time and the events. */
  readonly onProgress?: (simulatedNs: number, events: number) => void
  /** Called as often; a return value of true ends the run, with what it has measured so far. */
  readonly shouldStop?: () => boolean
}
