import type { KubernetesVersion } from '../../versions/kubernetes-version.ts'
import { always, over, stepAt } from '../../versions/version-steps.ts'
import { cisCheck } from '../cis-benchmark.ts'
import { type Flag, goQuoted, type Refusal, refuseUnless } from '../flag.ts'
import type { KubeBenchTest } from '../kube-bench-test.ts'
import { mustContain, mustLack } from '../kubescape-control.ts'
import { listOf } from '../list-kind.ts'

export type AuthorizationMode = 'AlwaysAllow' | 'AlwaysDeny' | 'Node' | 'RBAC' | 'ABAC'

const MODELLED: readonly AuthorizationMode[] = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'ABAC']
const KNOWN = over<readonly string[]>(
  [6, ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC'], 'kubernetes/website#4077 (Node is of 1.7)'],
  [7, ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'], 'kubernetes/website#4077; k/k#46879'],
)

function modes(op: 'has' | 'nothave', value: string): KubeBenchTest {
  return { items: [{ flag: '--authorization-mode', compare: { op, value } }] }
}

export const authorizationMode: Flag<readonly AuthorizationMode[]> = {
  name: 'authorization-mode',
  kind: listOf(MODELLED, KNOWN),
  meaning:
    'The authorizers that decide on a request, in the order in which they run. The policies of ABAC are in `cluster.abac`.',
  cis: [
    cisCheck({ 15: '1.2.7', 19: '1.2.6', 22: '1.2.7', 24: '1.2.6' }, modes('nothave', 'AlwaysAllow'), {
      about: 'AlwaysAllow',
    }),
    cisCheck({ 15: '1.2.8', 19: '1.2.7', 22: '1.2.8', 24: '1.2.7' }, modes('has', 'Node'), { about: 'Node' }),
    cisCheck({ 15: '1.2.9', 19: '1.2.8', 22: '1.2.9', 24: '1.2.8' }, modes('has', 'RBAC'), { about: 'RBAC' }),
  ],
  kubescape: [
    mustLack('C-0118', '--authorization-mode', 'AlwaysAllow'),
    mustContain('C-0119', '--authorization-mode', 'Node'),
    mustContain('C-0120', '--authorization-mode', 'RBAC'),
  ],
  weakness(modes, about) {
    if (about === 'AlwaysAllow' && modes.includes('AlwaysAllow'))
      return 'the apiserver allows every request that it accepts'
    return about === 'Node' && !modes.includes('Node') ? 'no Node authorizer restricts what a node may do' : null
  },
  // Without a file of policies, which this flag needs, kube-apiserver does not start
  // (pkg/kubeapiserver/options/authorization.go, Validate).
  neverAdded: ['ABAC'],
  default: always(['AlwaysAllow'], 'ARK pkg/kubeapiserver/options/authorization.go'),
  /** pkg/kubeapiserver/options/authorization.go, Validate; in 1.6 pkg/kubeapiserver/authorizer/config.go. */
  refusals: (modes, { version }) => [
    ...refuseUnless(modes.length > 0, {
      code: 'out-of-range',
      message: 'at least one authorization-mode must be passed',
    }),
    ...modes.flatMap((mode, item) => refusalsOfMode(mode, version).map((refusal) => ({ ...refusal, item }))),
    ...refuseUnless(new Set(modes).size === modes.length, {
      code: 'contradiction',
      message: `authorization-mode ${goQuoted(modes)} has mode specified more than once`,
    }),
  ],
}

function refusalsOfMode(mode: string, { minor }: KubernetesVersion): readonly Refusal[] {
  const known = stepAt(KNOWN, minor).value
  if (!known.includes(mode)) {
    const isOld = minor < 7
    const message = isOld
      ? `unknown authorization mode ${mode} specified`
      : `authorization-mode ${goQuoted(mode)} is not a valid mode`
    const hint = isOld && mode === 'Node' ? 'the Node authorizer came with 1.7' : undefined
    return [{ code: 'unknown-value', message, hint, near: { written: mode, known } }]
  }
  return refuseUnless(
    MODELLED.some((modelled) => modelled === mode),
    {
      code: 'not-modelled-yet',
      message: `authorization-mode ${mode} is not modelled yet`,
      hint: `today: ${MODELLED.join(', ')}`,
    },
  )
}
