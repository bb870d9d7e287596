import { NS_PER_S } from '../../../engine/ticks.ts'
import { KUBELET_DEFAULTS } from '../../versions/sources.ts'
import { always } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { duration } from '../flag-kind.ts'

export const webhookCacheTtlNs: Flag<number> = {
  name: 'authentication.webhook.cacheTTL',
  kind: duration,
  meaning: 'How long the response to a TokenReview is cached.',
  default: always(120 * NS_PER_S, KUBELET_DEFAULTS),
  unset: 0,
  also: { name: 'authentication-token-webhook-cache-ttl' },
}
