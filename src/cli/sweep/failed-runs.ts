import { formatSpan } from '../../report/format-number.ts'
import { BudgetExceeded } from '../../simulation/run.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { reportBug } from '../report-bug.ts'

/** A run that gave no result. */
export interface FailedRun {
  /** Which it is, for a person. */
  readonly run: string
  readonly reproduce: string
  readonly error: unknown
}

/** Of thousands of runs that end badly, nobody reads more. */
const MAX_SHOWN = 10

/** The runs of a sweep that gave no result; the others go on. */
export class FailedRuns {
  readonly #all: FailedRun[] = []

  get count(): number {
    return this.#all.length
  }

  get codes(): readonly ExitCode[] {
    return this.#all.map(({ error }) => (error instanceof BudgetExceeded ? EXIT.budgetExceeded : EXIT.bug))
  }

  add(trouble: FailedRun): void {
    this.#all.push(trouble)
  }

  show(io: Io): void {
    for (const { run, reproduce, error } of this.#all.slice(0, MAX_SHOWN)) {
      if (error instanceof BudgetExceeded) {
        const cause = `gave up after ${error.events} events, the budget, at ${formatSpan(error.simulatedNs)} of simulated time`
        io.err(`onpath: ${run}: ${cause}\nagain: ${reproduce}\n`)
      } else reportBug(error, reproduce, io)
    }
    const others = this.#all.length - MAX_SHOWN
    if (others > 0) io.err(`onpath: and ${others} more runs gave no result\n`)
  }
}
