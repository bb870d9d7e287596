import { NS_PER_S } from '../../../engine/ticks.ts'
import { CONFIG } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { seconds } from '../flag-kind.ts'

export const minRequestTimeoutNs: Flag<number> = {
  name: 'min-request-timeout',
  kind: seconds({ minimum: 0 }),
  meaning: 'The least number of seconds that a watch lasts, if the client gives no timeout.',
  default: always(1800 * NS_PER_S, CONFIG),
  refusals: (timeoutNs) => refuseNegative(minRequestTimeoutNs, timeoutNs),
}
