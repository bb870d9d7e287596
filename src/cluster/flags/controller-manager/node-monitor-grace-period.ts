import { NS_PER_S } from '../../../engine/ticks.ts'
import { abilitiesOf } from '../../versions/abilities.ts'
import { over } from '../../versions/version-steps.ts'
import { type Flag, refuseUnlessPositive } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const nodeMonitorGracePeriodNs: Flag<number> = {
  name: 'node-monitor-grace-period',
  kind: duration,
  meaning: 'Time without a heartbeat after which a node counts as lost.',
  default: over(
    [6, 40 * NS_PER_S, 'KEP-589; ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'],
    [32, 50 * NS_PER_S, 'k/k#126287'],
  ),
  // Kubernetes does not check it.
  refusals: refuseUnlessPositive,
  warning: (graceNs, { version }) => {
    const { http2ReadIdleTimeoutNs, http2PingTimeoutNs } = abilitiesOf(version).client
    const noticedNs = (http2ReadIdleTimeoutNs ?? 0) + (http2PingTimeoutNs ?? 0)
    if (graceNs <= 0 || graceNs > noticedNs) return null
    return `node-monitor-grace-period ${graceNs / NS_PER_S}s should be greater than the sum of HTTP2_PING_TIMEOUT_SECONDS and HTTP2_READ_IDLE_TIMEOUT_SECONDS, ${noticedNs / NS_PER_S}s`
  },
}
