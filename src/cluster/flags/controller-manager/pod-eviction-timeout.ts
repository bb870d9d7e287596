import { NS_PER_S } from '../../../engine/ticks.ts'
import { always, over } from '../../versions/version-steps.ts'
import { defaultAt, type Flag, refuseUnlessPositive, stateAt } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const podEvictionTimeoutNs: Flag<number> = {
  name: 'pod-eviction-timeout',
  kind: duration,
  meaning: 'Time without a heartbeat after which the pods of a node are deleted. Without effect from 1.13.',
  default: always(300 * NS_PER_S, 'ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'),
  releases: over(
    [6, 'present', 'ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'],
    [13, 'inert', 'k/k#74651'],
    [27, 'absent', 'k/k#115840'],
  ),
  absence: 'it went with 1.27',
  // Kubernetes does not check it.
  refusals: refuseUnlessPositive,
  derive: (timeoutNs, { version }) => {
    const byDefault = defaultAt(podEvictionTimeoutNs, version)
    return stateAt(podEvictionTimeoutNs, version) === 'present' || timeoutNs === byDefault
      ? null
      : { value: byDefault, notice: 'pod-eviction-timeout has no effect: from 1.13 on, pods are evicted by taints' }
  },
}
