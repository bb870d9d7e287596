import type { Blueprint } from '../../blueprint.ts'

/** Of what `carries` may name, in the order that indices of attackers' knowledge count by. */
export function secretNames({ workloads }: Blueprint): readonly string[] {
  return [...new Set(workloads.flatMap(({ carries }) => carries))].sort(inOrder)
}

/** Of service accounts, and those with which nodes begin. */
export function tokenNames({ identities, cluster }: Blueprint): readonly string[] {
  const accounts = identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [name] : []))
  const first = (cluster?.nodes ?? []).flatMap(({ bootstrap }) => (bootstrap === null ? [] : [bootstrap.token]))
  return [...new Set([...accounts, ...first])].sort(inOrder)
}

export function isBootstrapToken(name: string, { cluster }: Blueprint): boolean {
  return cluster?.nodes.some(({ bootstrap }) => bootstrap?.token === name) === true
}

/** Of CAs too. */
export function certificateNames({ identities }: Blueprint): readonly string[] {
  return identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [] : [name])).sort(inOrder)
}

export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
