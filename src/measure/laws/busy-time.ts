import { judgeEach, type Law } from './law.ts'
import type { RunAccounts } from './run-accounts.ts'

export const busyTime: Law<RunAccounts> = {
  name: 'busy time',
  sentence: 'The cores of a machine work no longer than the time that there was, each.',
  exceptions: [],
  judge: ({ machines, endTick }) =>
    judgeEach(machines, ({ name, cores, busyNs }) =>
      busyNs <= cores * endTick ? null : `${cores} cores of ${name} worked ${busyNs} ns in ${endTick} ns`,
    ),
}
