import type { AuthorizationMode } from '../flags/apiserver/authorization-mode.ts'
import type { Operation, ResourceOperation } from '../messages/operations.ts'
import { type AbacPolicy, policiesAllow } from './abac.ts'
import { type AccessRule, type PolicyRule, ruleAllows, ruleOfPolicy } from './access-rule.ts'
import { type Binding, type BindingFacts, bindingsFor } from './default-bindings.ts'
import { rulesOf } from './default-roles.ts'
import { type Identity, MASTERS } from './identity.ts'
import { authorizeNode, type Decision } from './node-authorizer.ts'
import type { NodeGraph } from './node-graph.ts'

/** The facts about the cluster on which the authorizers base their decisions. */
export interface AuthorizationFacts extends BindingFacts {
  /** The rules that a scenario grants, by the name of the user or service account (`system:serviceaccount:NS:NAME`). */
  readonly grants: ReadonlyMap<string, readonly PolicyRule[]>
  /** The rules that a scenario grants to all members of groups, by the name of the group. */
  readonly groupGrants: ReadonlyMap<string, readonly PolicyRule[]>
  /** The policies of the authorization mode ABAC; empty if it is off. */
  readonly policies: readonly AbacPolicy[]
  readonly graph: NodeGraph
}

/**
 * Runs the authorization modes in their order; the first that allows decides. If none does, the refusal has the reasons
 * of all (kubernetes/apiserver pkg/authorization/union/union.go). Members of `system:masters` are allowed before any
 * mode runs, so that no flag can lock the administrator out (pkg/kubeapiserver/authorizer, NewPrivilegedGroups).
 */
export function authorize(
  modes: readonly AuthorizationMode[],
  identity: Identity,
  operation: Operation,
  facts: AuthorizationFacts,
): Decision {
  if (identity.groups.includes(MASTERS)) return { allowed: true, reason: '' }
  const reasons: string[] = []
  for (const mode of modes) {
    const decision = authorizeBy(mode, identity, operation, facts)
    if (decision.allowed) return decision
    if (decision.reason !== '') reasons.push(decision.reason)
  }
  return { allowed: false, reason: reasons.join('\n') }
}

function authorizeBy(
  mode: AuthorizationMode,
  identity: Identity,
  operation: Operation,
  facts: AuthorizationFacts,
): Decision {
  switch (mode) {
    case 'AlwaysAllow':
      return { allowed: true, reason: '' }
    case 'AlwaysDeny':
      return { allowed: false, reason: 'Everything is forbidden.' }
    case 'Node':
      return authorizeNode(identity, operation, facts.graph, facts.minor)
    case 'RBAC':
      return authorizeByRoles(identity, operation, facts)
    case 'ABAC':
      return authorizeByPolicies(identity, operation, facts)
  }
}

/** Decides as the authorization mode ABAC does (pkg/auth/authorizer/abac/abac.go, Authorize). */
function authorizeByPolicies(identity: Identity, operation: Operation, { policies }: AuthorizationFacts): Decision {
  return policiesAllow(policies, identity, operation)
    ? { allowed: true, reason: '' }
    : { allowed: false, reason: 'No policy matched.' }
}

/** Returns whether a role or a policy of the cluster permits an operation to an identity. */
export function isGranted(identity: Identity, operation: Operation, facts: AuthorizationFacts): boolean {
  return authorizeByRoles(identity, operation, facts).allowed || authorizeByPolicies(identity, operation, facts).allowed
}

/** Decides as the authorization mode RBAC does (plugin/pkg/auth/authorizer/rbac/rbac.go). */
function authorizeByRoles(identity: Identity, operation: Operation, facts: AuthorizationFacts): Decision {
  for (const binding of bindingsFor(identity, facts)) {
    if (anyAllows(rulesOf(binding.role, facts.minor), operation))
      return { allowed: true, reason: describeBinding(binding) }
  }
  const granted = facts.grants.get(identity.user) ?? []
  if (anyAllows(granted.map(ruleOfPolicy), operation)) {
    return { allowed: true, reason: `RBAC: allowed by the rules of the user "${identity.user}"` }
  }
  for (const group of identity.groups) {
    if (anyAllows((facts.groupGrants.get(group) ?? []).map(ruleOfPolicy), operation))
      return { allowed: true, reason: `RBAC: allowed by the rules of the group "${group}"` }
  }
  return { allowed: false, reason: '' }
}

function anyAllows(rules: readonly AccessRule[], operation: Operation): boolean {
  return rules.some((rule) => ruleAllows(rule, operation))
}

/** The reason of an allowed request (pkg/registry/rbac/validation/rule.go, clusterRoleBindingDescriber). */
function describeBinding({ name, kind, role, subject }: Binding): string {
  const roleKind = kind === 'ClusterRoleBinding' ? 'ClusterRole' : 'Role'
  return `RBAC: allowed by ${kind} "${name}" of ${roleKind} "${role}" to ${subject.kind} "${subject.name}"`
}

/**
 * Lists the operations that must all be allowed for a request to pass. A WebSocket begins with GET, so exec by
 * WebSocket is `get` on `pods/exec`.
 *
 * @param upgradesNeedCreate whether `create` must be allowed too (the feature gate
 *   AuthorizePodWebsocketUpgradeCreatePermission, on from 1.35; k/k#134577). This does not apply to proxies.
 */
export function operationsToAllow(operation: Operation, upgradesNeedCreate: boolean): readonly Operation[] {
  return upgradesNeedCreate && isUpgradeByGet(operation) ? [operation, { ...operation, verb: 'create' }] : [operation]
}

function isUpgradeByGet(operation: Operation): operation is ResourceOperation {
  return (
    operation.kind === 'resource' &&
    operation.verb === 'get' &&
    operation.group === '' &&
    operation.resource === 'pods' &&
    operation.subresource !== null &&
    ['exec', 'attach', 'portforward'].includes(operation.subresource)
  )
}
