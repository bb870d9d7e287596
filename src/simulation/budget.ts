/** The limit that was reached: `maxEvents`, or `maxMemoryBytes` or the machine's memory. */
export type Budget = 'events' | 'memory'

/** Thrown when a run needs more events than `maxEvents`, or more memory than `maxMemoryBytes` or the machine allows. */
export class BudgetExceeded extends Error {
  /** The number of events that had taken place. */
  readonly events: number
  readonly simulatedNs: number
  readonly budget: Budget

  constructor(events: number, simulatedNs: number, budget: Budget = 'events') {
    const spent = budget === 'events' ? `the event budget of ${events}` : 'the memory budget'
    super(`${spent} is spent at tick ${simulatedNs}`)
    this.name = 'BudgetExceeded'
    this.events = events
    this.simulatedNs = simulatedNs
    this.budget = budget
  }
}
