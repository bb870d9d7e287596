import { componentApiserver } from '../../cluster/paths/kinds/component-apiserver.ts'
import type { Blueprint, IdentityBlueprint, TokenBlueprint } from '../blueprint.ts'
import type { ClusterBlueprint } from '../blueprint-cluster.ts'
import type { ClusterActivity } from '../expanded-blueprint.ts'
import type { AddedPath, ClusterConnections } from '../paths/cluster-connections.ts'

/** The connections of programs that work on the same objects, and the identities that they need. */
export interface ProgramConnections {
  readonly paths: readonly AddedPath[]
  readonly identities?: readonly IdentityBlueprint[]
}

/** The input from which the connections of programs are derived. */
export interface ConnectionsContext {
  readonly blueprint: Blueprint
  readonly cluster: ClusterBlueprint
  readonly activity: ClusterActivity
  readonly connections: ClusterConnections
}

/** A TLS client without a certificate. */
export const NO_CLIENT = { kind: 'none' } as const

/** Returns the names of a component's path to the apiserver. They sort after all names that a scenario may use. */
export function componentNames(name: string, from: string) {
  return { name, declared: name, kind: componentApiserver.name, from } as const
}

/** Returns a token of a component's service account that never expires. */
export function componentToken(name: string, account: string): TokenBlueprint {
  return {
    kind: 'service-account-token',
    name,
    account,
    audience: 'api',
    expiresS: null,
    origin: `service account ${account} of a component`,
  }
}
