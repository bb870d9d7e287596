import type { Path } from '../../cluster/paths/path.ts'

/** The hosts at the ends of a path. */
export interface HonestEnds {
  readonly client: number
  /** The hosts of the servers: several for a service, one otherwise. */
  readonly servers: readonly number[]
}

/** Returns the ends of each path of the plan. */
export function honestEndsOf(paths: readonly Path[]): HonestEnds[] {
  return paths.map(({ fromHost, toHost, endpointPaths: ends }) => ({
    client: fromHost,
    servers: ends.length === 0 ? [toHost] : ends.map((end) => paths[end].toHost),
  }))
}

export function isAtEnd({ client, servers }: HonestEnds, host: number): boolean {
  return client === host || servers.includes(host)
}
