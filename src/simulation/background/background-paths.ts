import type { Blueprint } from '../blueprint.ts'
import type { ClusterActivity } from '../expanded-blueprint.ts'
import { extended } from '../lookups/lookups.ts'
import type { ProgramConnections } from '../object-watches/program-connections.ts'
import { ClusterConnections } from '../paths/cluster-connections.ts'
import { forAllPrograms, type ProgramName } from './programs.ts'

/** Adds the connections of programs that work without any workload. */
export function withBackgroundPaths(blueprint: Blueprint, activity: ClusterActivity): Blueprint {
  const { cluster } = blueprint
  if (cluster === null) return blueprint
  const context = { blueprint, cluster, activity, connections: new ClusterConnections(blueprint, cluster) }
  const added = Object.values(
    forAllPrograms<Record<ProgramName, ProgramConnections>>(
      (_, { connections }) => connections?.(context) ?? { paths: [] },
    ),
  )
  return {
    ...blueprint,
    paths: [...blueprint.paths, ...added.flatMap(({ paths }) => paths)],
    identities: extended(
      blueprint.identities,
      added.flatMap(({ identities }) => identities ?? []),
    ),
  }
}
