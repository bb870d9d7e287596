import { judgeEach, type Law } from './law.ts'
import type { RunAccounts } from './run-accounts.ts'

export const requestConservation: Law<RunAccounts> = {
  name: 'request conservation',
  sentence: 'Each request that began has completed, has failed, or is under way at a client.',
  exceptions: [],
  judge: ({ workloads }) =>
    judgeEach(workloads, ({ name, issued, settled, underWay }) =>
      issued === settled + underWay ? null : `${name} began ${issued} requests; ${settled} ended, ${underWay} wait`,
    ),
}
