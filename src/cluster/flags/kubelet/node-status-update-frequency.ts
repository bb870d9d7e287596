import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_TYPES } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseUnlessPositive } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const nodeStatusUpdateFrequencyNs: Flag<number> = {
  name: 'nodeStatusUpdateFrequency',
  kind: duration,
  meaning: 'Time after which the kubelet computes its status again.',
  default: always(10 * NS_PER_S, KUBELET_TYPES),
  unset: 0,
  also: { name: 'node-status-update-frequency' },
  refusals: refuseUnlessPositive,
}
