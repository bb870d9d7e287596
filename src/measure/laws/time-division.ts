import { judgeEach, type Law } from './law.ts'
import type { RunAccounts } from './run-accounts.ts'

export const timeDivision: Law<RunAccounts> = {
  name: 'time division',
  sentence: 'Each nanosecond of a completed request belongs to one part of the breakdown.',
  exceptions: [],
  judge: ({ workloads }) =>
    judgeEach(workloads, ({ name, partsSumNs, latencySumNs }) =>
      partsSumNs === latencySumNs
        ? null
        : `the requests of ${name} took ${latencySumNs} ns, and their parts add up to ${partsSumNs} ns`,
    ),
}
