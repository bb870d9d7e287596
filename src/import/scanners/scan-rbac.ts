import { type Benchmark, cisNumberOfProxy } from '../../cluster/flags/cis-benchmark.ts'
import type { ScannerResult } from '../../measure/scanner-result.ts'
import type { BuildContext } from '../build/context.ts'
import type { BindingEvidence, RuleEvidence, Subject } from '../evidence.ts'

/**
 * Returns the scanners' results about who may use the proxy of nodes. kube-bench leaves this to manual review;
 * kubescape looks for subjects (regolibrary rules/rule-can-access-proxy-subresource).
 */
export function scanRbac({ evidence }: BuildContext, benchmark: Benchmark | null): readonly ScannerResult[] {
  const number = benchmark === null ? null : cisNumberOfProxy(benchmark)
  const [first] = evidence.bindings
  if (first === undefined) return []
  const shared = { program: 'RBAC', flag: 'nodes/proxy', about: null, weakness: null, isReported: false } as const
  const byPeople: ScannerResult[] =
    benchmark === null || number === null
      ? []
      : [
          {
            tool: 'kube-bench',
            id: number,
            benchmark: benchmark.name,
            status: 'WARN',
            asks: 'nothing: people have to review who has access to nodes/proxy',
            machine: '',
            at: first.at,
            ...shared,
          },
        ]
  return [
    ...byPeople,
    ...evidence.bindings.flatMap((binding) =>
      binding.subjects.map(
        (subject): ScannerResult => ({
          tool: 'kubescape',
          id: 'C-0279',
          benchmark: null,
          status: rulesOf(binding, evidence.roles).some(isProxyRule) ? 'FAIL' : 'PASS',
          asks: 'whether a rule of a role of this subject has nodes/proxy, with get, create, connect or *',
          machine: userOf(subject),
          at: binding.at,
          ...shared,
        }),
      ),
    ),
  ]
}

function rulesOf(
  { role, namespace }: BindingEvidence,
  roles: BuildContext['evidence']['roles'],
): readonly RuleEvidence[] {
  return (
    roles.find(
      ({ kind, name, namespace: own }) =>
        kind === role.kind && name === role.name && (kind === 'ClusterRole' || own === namespace),
    )?.rules ?? []
  )
}

function isProxyRule({ verbs, groups, resources }: RuleEvidence): boolean {
  const has = (list: readonly string[], ...some: readonly string[]) => list.some((one) => some.includes(one))
  return has(verbs, 'get', 'create', 'connect', '*') && has(groups, '', '*') && has(resources, 'nodes/proxy', '*')
}

/** Returns the user name that the apiserver gives a subject. */
function userOf({ kind, name, namespace }: Subject): string {
  return kind === 'ServiceAccount' ? `system:serviceaccount:${namespace ?? 'default'}:${name}` : name
}
