import type { Blueprint } from '../blueprint.ts'
import { sortedNames, sshHostKeyName, sshHostsOf } from '../lookups/members.ts'

/** Returns the sorted names of all secrets that workloads carry. Attackers' knowledge refers to them by index. */
export function secretNames({ workloads }: Blueprint): readonly string[] {
  return sortedNames([...new Set(workloads.flatMap(({ carries }) => carries))])
}

/** Returns the sorted names of all service-account and bootstrap tokens. */
export function tokenNames({ identities, cluster }: Blueprint): readonly string[] {
  const accounts = identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [name] : []))
  const first = (cluster?.nodes ?? []).flatMap(({ bootstrap }) => (bootstrap === null ? [] : [bootstrap.token]))
  return sortedNames([...new Set([...accounts, ...first])])
}

/** Returns whether a token is the bootstrap token of a node. */
export function isBootstrapToken(name: string, { cluster }: Blueprint): boolean {
  return cluster?.nodes.some(({ bootstrap }) => bootstrap?.token === name) === true
}

/** Returns the sorted names of all private keys: of certificates, CAs and SSH hosts. */
export function certificateNames({ identities, paths }: Blueprint): readonly string[] {
  const certified = identities.flatMap(({ kind, name }) => (kind === 'service-account-token' ? [] : [name]))
  return sortedNames([...new Set([...certified, ...[...sshHostsOf(paths)].map(sshHostKeyName)])])
}
