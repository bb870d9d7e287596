import { AS_THE_FLAGS, KUBELET_DEFAULTS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'

export const anonymousEnabled: Flag<boolean> = {
  name: 'authentication.anonymous.enabled',
  kind: { type: 'boolean' },
  meaning: 'Whether requests without credentials are accepted, as those of system:anonymous.',
  cis: [cisCheck({ 15: '4.2.1' })],
  default: over([6, true, AS_THE_FLAGS], [10, false, `k/k#59666; ${KUBELET_DEFAULTS}`]),
  weakness: (isOn) => (isOn ? 'kubelets accept requests without credentials' : null),
  also: { name: 'anonymous-auth', default: always(true, LEGACY_DEFAULTS) },
}
