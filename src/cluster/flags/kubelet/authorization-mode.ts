import { AS_THE_FLAGS, KUBELET_DEFAULTS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'

export const authorizationMode: Flag<'AlwaysAllow' | 'Webhook'> = {
  name: 'authorization.mode',
  kind: { type: 'choice', words: ['AlwaysAllow', 'Webhook'] },
  meaning: 'AlwaysAllow allows every request; Webhook has the API server decide (SubjectAccessReview).',
  cis: [cisCheck({ 15: '4.2.2' })],
  default: over([6, 'AlwaysAllow', AS_THE_FLAGS], [10, 'Webhook', `k/k#59666; ${KUBELET_DEFAULTS}`]),
  weakness: (mode) => (mode === 'AlwaysAllow' ? 'kubelets allow every request that they accept' : null),
  also: { name: 'authorization-mode', default: always('AlwaysAllow', LEGACY_DEFAULTS) },
}
