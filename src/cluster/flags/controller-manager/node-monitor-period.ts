import { NS_PER_S } from '../../../engine/ticks.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseUnlessPositive } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const nodeMonitorPeriodNs: Flag<number> = {
  name: 'node-monitor-period',
  kind: duration,
  meaning: 'Time between two checks of all nodes.',
  default: always(5 * NS_PER_S, 'kubernetes-sigs/kubespray, kubernetes-reliability.md'),
  // Kubernetes does not check it; a period of zero would occupy the processor without end.
  refusals: refuseUnlessPositive,
}
