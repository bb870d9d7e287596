import { visible } from '../../scenario/problems/visible.ts'
import { BudgetExceeded } from '../../simulation/budget.ts'
import { budgetText } from '../budget-text.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { reportBug } from '../report-bug.ts'

/** A run without a result. */
export interface FailedRun {
  /** The run, in words. */
  readonly run: string
  readonly reproduce: string
  readonly error: unknown
}

/** The most failed runs that are shown. */
const MAX_SHOWN = 10

/** The runs of a sweep without a result. A failed run does not stop the others. */
export class FailedRuns {
  readonly #all: FailedRun[] = []

  get count(): number {
    return this.#all.length
  }

  get codes(): readonly ExitCode[] {
    return this.#all.map(({ error }) => (error instanceof BudgetExceeded ? EXIT.budgetExceeded : EXIT.bug))
  }

  /** True if all of them have used up their events, which they would do again. */
  get areOutcomes(): boolean {
    return this.#all.every(({ error }) => error instanceof BudgetExceeded && error.budget === 'events')
  }

  add(trouble: FailedRun): void {
    this.#all.push(trouble)
  }

  show(io: Io): void {
    for (const { run, reproduce, error } of this.#all.slice(0, MAX_SHOWN)) {
      if (error instanceof BudgetExceeded) {
        io.err(`onpath: ${visible(run)}: ${budgetText(error)}\nreproduce: ${reproduce}\n`)
      } else reportBug(error, reproduce, io)
    }
    const others = this.#all.length - MAX_SHOWN
    if (others > 0) io.err(`onpath: ${others} more runs have no result\n`)
  }
}
