import { judgeEach, type Law } from './law.ts'
import type { RunAccounts } from './run-accounts.ts'

export const carriedBytes: Law<RunAccounts> = {
  name: 'carried bytes',
  sentence: 'No more bytes of a body are delivered than were sent over links.',
  exceptions: [],
  judge: ({ workloads }) =>
    judgeEach(
      workloads.filter(({ deliveredBytes }) => deliveredBytes > 0),
      ({ name, deliveredBytes, wireBytes }) =>
        deliveredBytes <= wireBytes ? null : `${name}: ${deliveredBytes} bytes delivered, ${wireBytes} sent`,
    ),
}
