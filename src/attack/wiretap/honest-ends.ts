import type { Path } from '../../cluster/paths/path.ts'

/** The hosts at the ends of a path. */
export interface HonestEnds {
  readonly client: number
  /** The hosts of the servers: several for a service, one otherwise. */
  readonly servers: readonly number[]
  /** The paths of the plan to the servers of a service, in the same order; empty if there is only one server. */
  readonly replicas: readonly number[]
}

/** Returns the ends of each path of the plan. */
export function honestEndsOf(paths: readonly Path[]): HonestEnds[] {
  return paths.map(({ fromHost, toHost, endpointPaths: replicas }) => ({
    client: fromHost,
    servers: replicas.length === 0 ? [toHost] : replicas.map((end) => paths[end].toHost),
    replicas,
  }))
}

export function isAtEnd({ client, servers }: HonestEnds, host: number): boolean {
  return client === host || servers.includes(host)
}
