import { formatSpan } from '../report/format-number.ts'
import type { Budget, BudgetExceeded } from '../simulation/budget.ts'

/** The limit that each budget is, for the person who set it. */
const LIMITS: Readonly<Record<Budget, string>> = {
  events: 'the limit of --max-events',
  memory: 'since its state needs more memory than --max-memory (default: 2GiB) or the machine allows',
}

/** Returns why a run was stopped, as the end of a sentence about it. */
export function budgetText({ events, simulatedNs, budget }: BudgetExceeded): string {
  const count = events > 0 ? `stopped after ${events} events, ` : 'stopped, '
  return `${count}${LIMITS[budget]}, at ${formatSpan(simulatedNs)} of simulated time`
}
