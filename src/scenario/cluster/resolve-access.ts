import { type AbacPolicy, KUBE_UP_POLICIES } from '../../cluster/access/abac.ts'
import type { PolicyRule } from '../../cluster/access/access-rule.ts'
import { authorizationMode } from '../../cluster/flags/apiserver/authorization-mode.ts'
import type { ApiserverConfiguration } from '../../cluster/flags/configuration.ts'
import type { AccountBlueprint, GroupBlueprint, UserBlueprint } from '../../simulation/blueprint-cluster.ts'
import type { Identities } from '../identities/identities.ts'
import { DEFAULT_ACCOUNT, IDENTITY_NAMES } from '../identities/identity-names.ts'
import type { ClusterSection } from '../schema/cluster.ts'
import type { Findings } from '../tree/findings.ts'
import type { TreePath } from '../tree/tree.ts'
import type { ClusterEnvironment } from './cluster-environment.ts'
import type { Members } from './cluster-members.ts'

type UserSection = NonNullable<ClusterSection['users']> extends Map<string, infer User> ? User : never
type PolicySection = NonNullable<ClusterSection['abac']>[number]

/**
 * Reports permissions without effect: of accounts that nobody has, and policies that are not in force or allow nothing.
 */
export function checkAccess(
  section: ClusterSection,
  { podSections }: Members,
  { authorizationMode: modes }: ApiserverConfiguration,
  identities: Identities,
  findings: Findings,
): void {
  const ofPods = [...podSections.values()].map(({ account = DEFAULT_ACCOUNT }) => account)
  const ofTokens = identities.all.flatMap((one) => (one.kind === 'service-account-token' ? [one.account] : []))
  const known = new Set([...ofPods, ...ofTokens])
  for (const account of (section.accounts ?? new Map()).keys())
    findings.checkName(['cluster', 'accounts', account], 'account of a pod or token', account, known)
  if (section.abac === undefined) return
  if (!modes.includes('ABAC')) {
    // pkg/kubeapiserver/options/authorization.go, Validate.
    findings.contradict(['cluster', 'abac'], 'cannot specify --authorization-policy-file without mode ABAC', {
      at: 'key',
      hint: `add ABAC to cluster.apiserver.flags.${authorizationMode.name}`,
    })
  }
  for (const [index, policy] of section.abac.entries()) checkPolicy(policy, ['cluster', 'abac', index], findings)
}

function checkPolicy(policy: PolicySection, place: TreePath, findings: Findings): void {
  const { user, group, resource, nonResourcePath } = policyOf(policy)
  if (user === '' && group === '')
    findings.contradict(place, 'a policy without a user and a group is about nobody', {
      hint: 'add user or group; "*" is every authenticated user',
    })
  if (resource === '' && nonResourcePath === '')
    findings.contradict(place, 'a policy without a resource and a nonResourcePath allows nothing', {
      hint: 'add resource or nonResourcePath; "*" is all of them',
    })
}

export function usersOf({ members }: ClusterEnvironment): UserBlueprint[] {
  return [...members.users].map(([name, { groups = [], rules, assumed = false }]) => ({
    name,
    groups,
    rules: rulesOf(rules),
    certificate: IDENTITY_NAMES.userClient(name),
    isAssumed: assumed,
  }))
}

export function accountsOf({ section }: ClusterEnvironment): AccountBlueprint[] {
  return [...(section.accounts ?? [])].map(([account, { rules }]) => ({ account, rules: rulesOf(rules) }))
}

export function groupsOf({ section }: ClusterEnvironment): GroupBlueprint[] {
  return [...(section.groups ?? [])].map(([group, { rules }]) => ({ group, rules: rulesOf(rules) }))
}

function rulesOf(rules: UserSection['rules'] = []): PolicyRule[] {
  return rules.map(({ verbs, resources, namespaces = null }) => ({ verbs, resources, namespaces }))
}

/** Returns the ABAC policies that are in force. */
export function policiesOf({ section, apiserver }: ClusterEnvironment): readonly AbacPolicy[] {
  if (!apiserver.authorizationMode.includes('ABAC')) return []
  return section.abac?.map(policyOf) ?? KUBE_UP_POLICIES
}

function policyOf({
  user = '',
  group = '',
  readonly = false,
  apiGroup = '',
  namespace = '',
  resource = '',
  nonResourcePath = '',
}: PolicySection): AbacPolicy {
  return { user, group, readonly, apiGroup, namespace, resource, nonResourcePath }
}
