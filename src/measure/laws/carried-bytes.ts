import { judgeEach, type Law } from './law.ts'
import type { RunAccounts } from './run-accounts.ts'

export const carriedBytes: Law<RunAccounts> = {
  name: 'carried bytes',
  sentence: 'No more bytes of a body are delivered than were sent over links.',
  exceptions: [
    'What attackers forge and send is charged to no workload: runs with attackers are not judged.',
    'What Konnectivity agents carry is divided by the agents that were planned, and others may carry it.',
  ],
  judge: ({ workloads }) =>
    judgeEach(
      workloads.filter(({ deliveredBytes }) => deliveredBytes !== null && deliveredBytes > 0),
      ({ name, deliveredBytes, wireBytes }) =>
        (deliveredBytes ?? 0) <= wireBytes ? null : `${name}: ${deliveredBytes} bytes delivered, ${wireBytes} sent`,
    ),
}
