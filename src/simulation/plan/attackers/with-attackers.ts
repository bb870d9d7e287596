import type { Blueprint } from '../../blueprint.ts'
import { withAttackerHosts } from './attacker-hosts.ts'
import { withAttackerPaths } from './attacker-paths.ts'

/** Adds what attackers have of their own. Names begin with `~`, and so sort behind all that a scenario may write. */
export function withAttackers(blueprint: Blueprint): Blueprint {
  if (blueprint.attackers.length === 0) return blueprint
  return withAttackerPaths(withAttackerHosts(blueprint))
}
