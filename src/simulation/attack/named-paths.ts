import type { Blueprint } from '../blueprint.ts'
import { byName } from '../by-name.ts'
import { connectionPathsOf } from '../lookups/server-places.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedPaths } from '../plan-paths.ts'

/**
 * Returns, for each path of the plan, the path that results name: for a path to an endpoint the path to its service,
 * for an unverified copy the original, otherwise the path itself.
 */
export function namedPaths(blueprint: Blueprint, { pathIndex }: PlannedPaths): readonly number[] {
  const sorted = [...blueprint.paths].sort(byName)
  const named = [...sorted.keys()]
  for (const [index, path] of sorted.entries()) {
    if (path.unverifiedCopyOf !== undefined) named[index] = lookUp(pathIndex, path.unverifiedCopyOf)
    for (const { name } of connectionPathsOf(path, blueprint)) {
      const end = pathIndex.get(name)
      if (end !== undefined && end !== index) named[end] = index
    }
  }
  return named
}
