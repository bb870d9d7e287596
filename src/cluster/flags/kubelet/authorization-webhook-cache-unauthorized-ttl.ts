import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const cacheUnauthorizedTtlNs: Flag<number> = {
  name: 'authorization.webhook.cacheUnauthorizedTTL',
  kind: duration,
  meaning: 'How long the response to a SubjectAccessReview that denies the request is cached.',
  default: always(30 * NS_PER_S, KUBELET_DEFAULTS),
  unset: 0,
  also: { name: 'authorization-webhook-cache-unauthorized-ttl' },
}
