import { AS_THE_FLAGS, KUBELET_DEFAULTS, LEGACY_DEFAULTS } from '../../versions/sources.ts'
import { always, over } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import type { Flag } from '../flag.ts'
import { boolean } from '../flag-kind.ts'

const FIELD = 'authentication.anonymous.enabled'

export const anonymousEnabled: Flag<boolean> = {
  name: FIELD,
  kind: boolean,
  meaning: 'Whether requests without credentials are accepted, as those of system:anonymous.',
  cis: [
    cisCheck(
      { 15: '4.2.1' },
      { items: [{ flag: '--anonymous-auth', field: FIELD, compare: { op: 'eq', value: 'false' } }] },
      { managed: '3.2.1' },
    ),
  ],
  kubescape: [
    {
      id: 'C-0172',
      on: 'kubelet',
      asks: 'whether the command line has --anonymous-auth=true, or else the file of --config has true; without both it passes',
      fails: (commandLine, config) => {
        if (commandLine.includes('--anonymous-auth')) return commandLine.includes('--anonymous-auth=true')
        return commandLine.includes('--config') && (config === null || config.fieldOf(FIELD) === 'true')
      },
    },
  ],
  default: over([6, true, AS_THE_FLAGS], [10, false, `k/k#59666; ${KUBELET_DEFAULTS}`]),
  breaks: 'programs that read kubelets without credentials, such as old monitoring agents',
  weakness: (isOn) => (isOn ? 'kubelets accept requests without credentials' : null),
  also: { name: 'anonymous-auth', default: always(true, LEGACY_DEFAULTS) },
}
