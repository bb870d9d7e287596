import type { Blueprint } from '../../blueprint.ts'
import { inOrder } from '../../expansion/members.ts'

/** Of what `carries` may name, in the order that indices of attackers' knowledge count by. */
export function secretNames({ workloads }: Blueprint): readonly string[] {
  return inOrder([...new Set(workloads.flatMap(({ carries }) => carries))])
}

/** Of service accounts, and those with which nodes begin. */
export function tokenNames({ identities, cluster }: Blueprint): readonly string[] {
  const accounts = identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [name] : []))
  const first = (cluster?.nodes ?? []).flatMap(({ bootstrap }) => (bootstrap === null ? [] : [bootstrap.token]))
  return inOrder([...new Set([...accounts, ...first])])
}

export function isBootstrapToken(name: string, { cluster }: Blueprint): boolean {
  return cluster?.nodes.some(({ bootstrap }) => bootstrap?.token === name) === true
}

/** Of CAs too. */
export function certificateNames({ identities }: Blueprint): readonly string[] {
  return inOrder(identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [] : [name])))
}
