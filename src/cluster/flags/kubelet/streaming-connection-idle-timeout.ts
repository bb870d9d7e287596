import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { duration } from '../flag-kind.ts'

const FLAG = '--streaming-connection-idle-timeout'

export const streamingConnectionIdleTimeoutNs: Flag<number> = {
  name: 'streamingConnectionIdleTimeout',
  kind: duration,
  meaning: 'Time without data after which an exec, attach or port-forward ends; 0 as a flag: no limit.',
  cis: [
    cisCheck(
      { 15: '4.2.5' },
      {
        isOneEnough: true,
        items: [
          { flag: FLAG, field: 'streamingConnectionIdleTimeout', compare: { op: 'noteq', value: '0' } },
          { flag: FLAG, field: 'streamingConnectionIdleTimeout', isUnset: true },
        ],
      },
      { manual: { 16: true } },
    ),
  ],
  default: always(4 * 3600 * NS_PER_S, KUBELET_DEFAULTS),
  unset: 0,
  also: { name: 'streaming-connection-idle-timeout' },
}
