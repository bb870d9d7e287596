import type { Blueprint } from '../blueprint.ts'
import { withAttackers, withAttackersWays } from '../plan/attackers/with-attackers.ts'
import { withBackgroundPaths } from './background-paths.ts'
import { activityOf } from './cluster-activity.ts'
import { withClusterPaths } from './cluster-paths.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { lookupsOf } from './lookups.ts'
import { withReaddressedPaths } from './readdressed-paths.ts'
import { sshTunnelsOf } from './ssh-tunnels.ts'

/** Adds to a checked scenario all that Kubernetes and attackers bring along, and indexes it. */
export function expandBlueprint(declared: Blueprint): ExpandedBlueprint {
  const cluster = withClusterPaths(declared)
  const attacked = withAttackers(cluster)
  const activity = activityOf(attacked)
  const working = withBackgroundPaths(attacked, activity)
  const asked = withAttackersWays(working)
  const complete = withReaddressedPaths(asked)
  return { ...complete, activity, sshTunnels: sshTunnelsOf(complete), lookups: lookupsOf(complete) }
}
