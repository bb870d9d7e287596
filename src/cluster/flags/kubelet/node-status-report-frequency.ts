import { NS_PER_S } from '../../../engine/ticks.ts'
import { abilitiesOf } from '../../versions/abilities.ts'
import { over } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { duration } from '../flag-kind.ts'
import { nodeStatusUpdateFrequencyNs } from './node-status-update-frequency.ts'

export const nodeStatusReportFrequencyNs: Flag<number> = {
  name: 'nodeStatusReportFrequency',
  kind: duration,
  meaning:
    'Time after which an unchanged status is reported again. Where the file has nodeStatusUpdateFrequency and not this field, it is the same.',
  default: over(
    [6, 10 * NS_PER_S, 'KEP-589: before leases NodeStatus is the heartbeat'],
    [14, 60 * NS_PER_S, 'KL release-1.14 to 1.16 config/v1beta1/types.go; kubernetes/website#10699'],
    [17, 300 * NS_PER_S, 'k/k#84007'],
  ),
  unset: 0,
  /**
   * Follows nodeStatusUpdateFrequency if only that is in the file (v1beta1/defaults.go). Without leases, every computed
   * status is reported.
   */
  derive: (_, { version, namesWritten, value }) => {
    const isWritten = namesWritten(nodeStatusReportFrequencyNs).length > 0
    const isUpdateInFile = namesWritten(nodeStatusUpdateFrequencyNs)[0] === nodeStatusUpdateFrequencyNs.name
    return abilitiesOf(version).kubelet.heartbeat === 'node-status' || (isUpdateInFile && !isWritten)
      ? { value: value(nodeStatusUpdateFrequencyNs), follows: nodeStatusUpdateFrequencyNs }
      : null
  },
}
