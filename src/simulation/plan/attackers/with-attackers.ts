import type { Blueprint } from '../../blueprint.ts'
import { withAttackerAdditions } from './attacker-additions.ts'
import { withAttackerHosts } from './attacker-hosts.ts'
import { withAttackerPaths } from './attacker-paths.ts'

/** Adds where attackers are, and what they may come to change: to be called before what the cluster does by itself. */
export function withAttackers(blueprint: Blueprint): Blueprint {
  return blueprint.attackers.length === 0 ? blueprint : withAttackerAdditions(withAttackerHosts(blueprint))
}

/** Adds the ways by which they ask. Names begin with `~`, and so sort behind all that a scenario may write. */
export function withAttackersWays(blueprint: Blueprint): Blueprint {
  return blueprint.attackers.length === 0 ? blueprint : withAttackerPaths(blueprint)
}
