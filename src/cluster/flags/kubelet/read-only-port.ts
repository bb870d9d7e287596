import { AS_THE_FLAGS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, isPort, refuseUnless } from '../flag.ts'
import { portNumber } from '../flag-kind.ts'

export const readOnlyPort: Flag<number> = {
  name: 'readOnlyPort',
  kind: portNumber,
  meaning: 'Port of plain HTTP without authentication; 0: none.',
  cis: [
    cisCheck(
      { 15: '4.2.4' },
      {
        isOneEnough: true,
        items: [
          { flag: '--read-only-port', field: 'readOnlyPort', compare: { op: 'eq', value: '0' } },
          { flag: '--read-only-port', field: 'readOnlyPort', isUnset: true },
        ],
      },
      { managed: '3.2.4', manual: { 16: true } },
    ),
  ],
  kubescape: [
    {
      id: 'C-0175',
      on: 'kubelet',
      asks: 'whether the command line has --read-only-port other than 0, or the file of --config has a port; without both it passes',
      fails: (commandLine, config) => {
        if (commandLine.includes('--read-only-port') && !commandLine.includes('--read-only-port=0')) return true
        if (!commandLine.includes('--config')) return false
        return config === null || !['0', null].includes(config.fieldOf('readOnlyPort'))
      },
    },
  ],
  default: over([6, 10255, AS_THE_FLAGS], [10, 0, 'k/k#59666; KL config/v1beta1/types.go']),
  breaks: 'programs that read metrics or pods at that port without credentials, such as old monitoring agents',
  weakness: (port) => (port === 0 ? null : `kubelets serve plain HTTP without authentication at port ${port}`),
  also: { name: 'read-only-port', default: always(10255, LEGACY_DEFAULTS) },
  /** pkg/kubelet/apis/config/validation/validation.go. */
  refusals: (port) =>
    refuseUnless(isPort(port, 0), {
      code: 'out-of-range',
      message: `invalid configuration: readOnlyPort (--read-only-port) ${port} must be between 0 and 65535, inclusive`,
    }),
}
