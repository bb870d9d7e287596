import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const cacheAuthorizedTtlNs: Flag<number> = {
  name: 'authorization.webhook.cacheAuthorizedTTL',
  kind: duration,
  meaning: 'How long the response to a SubjectAccessReview that allows the request is cached.',
  default: always(300 * NS_PER_S, KUBELET_DEFAULTS),
  unset: 0,
  also: { name: 'authorization-webhook-cache-authorized-ttl' },
}
