import { NS_PER_S } from '../../../engine/ticks.ts'
import { CONFIG } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const requestTimeoutNs: Flag<number> = {
  name: 'request-timeout',
  kind: duration,
  meaning: 'How long a request may take before it fails.',
  // Release 1.6 has the same timeout, as a constant without a flag.
  default: always(60 * NS_PER_S, `AS release-1.6 pkg/server/filters/timeout.go; ${CONFIG}`),
  releases: over(
    [6, 'absent', 'AS release-1.6 pkg/server/options'],
    [7, 'present', 'AS release-1.7 pkg/server/options'],
  ),
  absence: 'it came with 1.7; in 1.6 it is 60s',
  refusals: (timeoutNs) => refuseNegative(requestTimeoutNs, timeoutNs),
}
