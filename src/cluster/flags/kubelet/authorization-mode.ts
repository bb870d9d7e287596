import { AS_THE_FLAGS, KUBELET_DEFAULTS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { choice } from '../flag-kind.ts'

const FIELD = 'authorization.mode'

export const authorizationMode: Flag<'AlwaysAllow' | 'Webhook'> = {
  name: FIELD,
  kind: choice(['AlwaysAllow', 'Webhook']),
  meaning: 'AlwaysAllow allows every request; Webhook has the API server decide (SubjectAccessReview).',
  cis: [
    cisCheck(
      { 15: '4.2.2' },
      { items: [{ flag: '--authorization-mode', field: FIELD, compare: { op: 'nothave', value: 'AlwaysAllow' } }] },
      { managed: '3.2.2' },
    ),
  ],
  kubescape: [
    {
      id: 'C-0173',
      on: 'kubelet',
      asks: 'whether the command line has --authorization-mode=AlwaysAllow, or else the file of --config has AlwaysAllow',
      fails: (commandLine, config) => {
        if (commandLine.includes('--authorization-mode'))
          return commandLine.includes('--authorization-mode=AlwaysAllow')
        return !commandLine.includes('--config') || config === null || config.fieldOf(FIELD) === 'AlwaysAllow'
      },
    },
  ],
  default: over([6, 'AlwaysAllow', AS_THE_FLAGS], [10, 'Webhook', `k/k#59666; ${KUBELET_DEFAULTS}`]),
  breaks: 'clients of kubelets other than the apiserver need permissions on nodes/metrics, nodes/stats or nodes/proxy',
  weakness: (mode) => (mode === 'AlwaysAllow' ? 'kubelets allow every request that they accept' : null),
  also: { name: 'authorization-mode', default: always('AlwaysAllow', LEGACY_DEFAULTS) },
}
