import type { Decision } from '../../attack/state/decisions.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { isGranted } from '../../cluster/access/authorize.ts'
import { type Identity, nodeOf, serviceAccountIdentity } from '../../cluster/access/identity.ts'
import { authorizeNode } from '../../cluster/access/node-authorizer.ts'
import { refusalOfNode, type WrittenObject } from '../../cluster/access/node-restriction.ts'
import type { Operation } from '../../cluster/messages/operations.ts'
import { NONE } from '../../engine/table.ts'
import { NOBODY } from '../../measure/verdict.ts'
import type { IdentityBlueprint } from '../blueprint.ts'
import type { Case } from './case.ts'

/** Returns the user that a server authenticated the attacker as; NOBODY if it authenticated none. */
export function userOf(one: Case, decision: Decision): string {
  return identityOf(one, decision)?.user ?? NOBODY
}

/** Returns whether a server authenticated the attacker as one of its own identities. */
export function isOwnUser(one: Case, decision: Decision): boolean {
  return ownUsers(one).includes(userOf(one, decision))
}

/**
 * Returns whether the attacker's position permits a request from the start: the server saw one of its own identities,
 * and that identity was given a permission meant for such a request. A server that allows everything (AlwaysAllow)
 * gives nobody a permission. A node has the permissions that the Node authorizer and NodeRestriction leave it, even if
 * the cluster does not use them.
 */
export function holdsPermission(one: Case, decision: Decision): boolean {
  return isOwnUser(one, decision) && isPermitted(one, decision)
}

/**
 * Returns whether the attacker has, from the start, the credential of a user whom the cluster permits the operation.
 */
export function holdsByCredential(one: Case, decision: Decision): boolean {
  const { attack, blueprint, step } = one
  const { name } = attack.plan.attackers[attack.plan.steps[step].attacker]
  const holds = blueprint.attackers.find((attacker) => attacker.name === name)?.holds ?? []
  const user = identityOf(one, decision)?.user
  const isHeld = blueprint.identities.some(
    (identity) => holds.includes(identity.name) && userOfIdentity(identity) === user,
  )
  return isHeld && isPermitted(one, decision)
}

function userOfIdentity(identity: IdentityBlueprint): string | null {
  if (identity.kind === 'certificate') return identity.cn
  return identity.kind === 'service-account-token' ? serviceAccountIdentity(identity).user : null
}

/**
 * Returns whether the cluster's roles and policies, or the Node authorizer and NodeRestriction, permit the operation to
 * its user.
 */
function isPermitted(one: Case, decision: Decision): boolean {
  const identity = identityOf(one, decision)
  const { cluster } = one.simulation.plan
  const { operation } = one.attack.plan.requests[decision.request]
  if (cluster === null || operation === null || identity === null) return false
  const { facts, requests } = cluster.apiserver
  const { written } = requests[decision.request]
  return operation.permissions.some((permission) =>
    nodeOf(identity) === null
      ? isGranted(identity, permission, facts)
      : authorizeNode(identity, permission, facts.graph, facts.minor).allowed &&
        isAdmitted(identity, permission, written),
  )
}

function isAdmitted(identity: Identity, permission: Operation, written: WrittenObject): boolean {
  return permission.kind === 'path' || refusalOfNode(identity, permission, written) === null
}

/**
 * Returns the users that an attacker is without stolen credentials: a user itself, root on a node its node and the
 * accounts of the pods there, a pod its account.
 */
function ownUsers({ blueprint: { cluster, attackers }, attack, step }: Case): string[] {
  const { name: attacker, vantage } = attack.plan.attackers[attack.plan.steps[step].attacker]
  // A pod with host network has no host of its own, so the host does not identify the attacker.
  const name = attackers.find((each) => each.name === attacker)?.on.name
  if (cluster === null || name === undefined) return []
  const { actsAs, isRoot } = VANTAGES[vantage]
  if (actsAs === null) return []
  if (actsAs === 'user') return cluster.users.filter((user) => user.name === name).map((user) => user.name)
  const pods = cluster.pods.filter((pod) => pod.name === name || (isRoot && pod.node === name))
  const accounts = pods.map(({ account }) => `system:serviceaccount:${account.replace('/', ':')}`)
  return actsAs === 'kubelet' ? [`system:node:${name}`, ...accounts] : accounts
}

function identityOf({ simulation }: Case, { identity }: Decision): Identity | null {
  const identities = simulation.plan.cluster?.apiserver.identities.identities ?? []
  return identity === NONE ? null : (identities[identity] ?? null)
}
