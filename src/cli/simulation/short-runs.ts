/** The turns of a run (EVENTS_BETWEEN_REPORTS in simulation/run.ts) within which code is not optimized. */
const SHORT_TURNS = 2

/**
 * Lets V8 neither optimize code nor begin to mark garbage while a run is short. Both cost more than they save in a run
 * that ends soon (docs/performance.md). Results do not depend on it.
 */
export class ShortRun {
  #turns = 0
  #isShort = true

  constructor() {
    setFlags('--no-opt', '--no-incremental-marking')
  }

  /** Lets V8 work as usual again if the run has become long with the turn that has ended. */
  onTurn(): void {
    this.#turns++
    if (this.#turns === SHORT_TURNS) this.end()
  }

  /** Lets V8 work as usual again. */
  end(): void {
    if (this.#isShort) setFlags('--opt', '--incremental-marking')
    this.#isShort = false
  }
}

/** Sets flags of V8 for this process. Other engines do not have them. */
function setFlags(...flags: readonly string[]): void {
  try {
    for (const flag of flags) process.getBuiltinModule('node:v8').setFlagsFromString(flag)
  } catch {
    // What they would change is speed alone.
  }
}
