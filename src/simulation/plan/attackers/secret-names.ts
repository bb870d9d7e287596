import type { Blueprint } from '../../blueprint.ts'

/** Of what `carries` may name, in the order that indices of attackers' knowledge count by. */
export function secretNames({ workloads }: Blueprint): readonly string[] {
  return [...new Set(workloads.flatMap(({ carries }) => carries))].sort(inOrder)
}

export function tokenNames({ identities }: Blueprint): readonly string[] {
  return identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [name] : [])).sort(inOrder)
}

/** Of CAs too. */
export function certificateNames({ identities }: Blueprint): readonly string[] {
  return identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [] : [name])).sort(inOrder)
}

export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
