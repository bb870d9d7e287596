import { AS_THE_FLAGS, KUBELET_DEFAULTS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import type { Flag } from '../flag.ts'
import { boolean } from '../flag-kind.ts'

export const webhookEnabled: Flag<boolean> = {
  name: 'authentication.webhook.enabled',
  kind: boolean,
  meaning: 'Whether the API server reviews bearer tokens (TokenReview); otherwise they are ignored.',
  default: over([6, false, AS_THE_FLAGS], [10, true, `k/k#59666; ${KUBELET_DEFAULTS}`]),
  also: { name: 'authentication-token-webhook', default: always(false, LEGACY_DEFAULTS) },
}
