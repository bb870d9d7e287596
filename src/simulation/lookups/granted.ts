import type { PolicyRule } from '../../cluster/access/access-rule.ts'
import { type AuthorizationFacts, authorize } from '../../cluster/access/authorize.ts'
import {
  ANONYMOUS,
  certificateIdentity,
  type Identity,
  serviceAccountIdentity,
  withAuthenticatedGroup,
} from '../../cluster/access/identity.ts'
import { NodeGraph } from '../../cluster/access/node-graph.ts'
import { type FeatureGate, isGateOpen } from '../../cluster/flags/feature-gates.ts'
import type { Operation } from '../../cluster/messages/operations.ts'
import { installerOf } from '../../cluster/paths/connection-settings.ts'
import type { Blueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'

/** Returns the rules of a scenario for users and service accounts, by user name. */
export function scenarioGrants({ users, accounts }: ClusterBlueprint): Map<string, readonly PolicyRule[]> {
  return new Map([
    ...users.map(({ name, rules }) => [name, rules] as const),
    ...accounts.map(({ account, rules }) => [serviceAccountIdentity({ account }).user, rules] as const),
  ])
}

/** Returns the facts on which the authorizers of a cluster decide, except facts about pods. */
export function accessFactsOf(cluster: ClusterBlueprint): Omit<AuthorizationFacts, 'graph' | 'grants'> {
  const { version, apiserver, bindsNodes, policies, groups } = cluster
  return {
    minor: version.minor,
    installer: installerOf(apiserver.configuration),
    bindsNodes,
    policies,
    groupGrants: new Map(groups.map(({ group, rules }) => [group, rules] as const)),
  }
}

/**
 * Returns whether the apiserver allows an operation to the holder of a credential; without a credential, to
 * `system:anonymous` if it serves anonymous clients. False without a cluster, and for an unknown credential.
 */
export function isAllowedTo(
  credential: string | null,
  operation: Operation,
  { cluster, identities }: Blueprint,
): boolean {
  if (cluster === null) return false
  const shown = identities.find(({ name }) => name === credential)
  const identity = credential === null ? anonymousOf(cluster) : shown === undefined ? null : identityOf(shown)
  if (identity === null) return false
  const facts = { ...accessFactsOf(cluster), grants: scenarioGrants(cluster), graph: NO_PODS }
  return authorize(cluster.apiserver.configuration.authorizationMode, identity, operation, facts).allowed
}

/** Returns whether a feature gate is enabled in the apiserver. */
export function isGateOpenAtApiserver(gate: FeatureGate, { apiserver, version }: ClusterBlueprint): boolean {
  return isGateOpen(gate, apiserver.configuration.featureGates, version.minor)
}

/** The namespace of objects in requests that name no other. */
const DEFAULT_NAMESPACE = 'default'

/**
 * Returns the namespace `default`, the namespaces in rules and policies of the cluster, and the namespaces of its pods,
 * in order.
 */
export function namespacesIn({ users, accounts, groups, policies, pods }: ClusterBlueprint): readonly string[] {
  const named = [
    ...[...users, ...accounts, ...groups].flatMap(({ rules }) => rules.flatMap(({ namespaces }) => namespaces ?? [])),
    ...policies.flatMap(({ namespace }) => namespace),
    ...pods.map(({ account }) => account.split('/')[0]),
  ]
  const others = [...new Set(named)].filter((name) => /^[a-z0-9-]+$/.test(name) && name !== DEFAULT_NAMESPACE)
  return [DEFAULT_NAMESPACE, ...others.sort((a, b) => (a < b ? -1 : 1))]
}

const NO_PODS = new NodeGraph([])

function anonymousOf({ apiserver }: ClusterBlueprint): Identity | null {
  return apiserver.configuration.anonymousAuth ? ANONYMOUS : null
}

function identityOf(shown: Blueprint['identities'][number]): Identity | null {
  if (shown.kind === 'ca') return null
  const identity = shown.kind === 'certificate' ? certificateIdentity(shown) : serviceAccountIdentity(shown)
  return identity === null ? null : withAuthenticatedGroup(identity)
}
