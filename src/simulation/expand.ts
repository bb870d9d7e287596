import { withClusterPaths } from './apiserver/cluster-paths.ts'
import { withAttackerAdditions } from './attack/attacker-additions.ts'
import { withAttackerHosts } from './attack/attacker-hosts.ts'
import { withAttackerPaths } from './attack/attacker-paths.ts'
import { withPathsForAttackers } from './attack/kubelet-behind.ts'
import { withBackgroundPaths } from './background/background-paths.ts'
import { activityOf } from './background/cluster-activity.ts'
import type { Blueprint } from './blueprint.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { withStatusReports } from './heartbeats/status-reports.ts'
import { konnectivityOf } from './konnectivity/expand-konnectivity.ts'
import { externalAddressesOf } from './kube-proxy/external-addresses.ts'
import { lookupsOf } from './lookups/lookups.ts'
import { withReaddressedPaths } from './node-addresses/readdressed-paths.ts'
import { proxiesOf } from './paths/proxies.ts'
import { serversOf } from './paths/servers.ts'
import { sshTunnelsOf } from './ssh-tunnels/expand-ssh-tunnels.ts'

/** Adds everything that Kubernetes and attackers bring to a checked scenario, and indexes it. */
export function expandBlueprint(declared: Blueprint): ExpandedBlueprint {
  const cluster = withClusterPaths(declared)
  const attacked = withPathsForAttackers(
    withAttackersAsOrigin(cluster, withAttackerAdditions(withAttackerHosts(cluster))),
  )
  const activity = activityOf(attacked)
  const working = withBackgroundPaths(attacked, activity)
  const asked = withAttackersAsOrigin(working, withAttackerPaths(working))
  const complete = withReaddressedPaths(withStatusReports(asked))
  const servers = serversOf(complete)
  const sshTunnels = sshTunnelsOf(complete)
  const konnectivity = konnectivityOf(complete)
  return {
    ...complete,
    activity,
    sshTunnels,
    konnectivity,
    servers,
    proxies: proxiesOf(complete, { servers, sshTunnels, konnectivity }),
    externalAddresses: externalAddressesOf(complete, servers),
    lookups: lookupsOf(complete),
  }
}

/**
 * Sets the origin of everything that only `after` contains to an attacker, whose name is part of the added name:
 * `~NAME` or `~NAME/...`.
 */
function withAttackersAsOrigin(before: Blueprint, after: Blueprint): Blueprint {
  if (before === after) return before
  return {
    ...after,
    hosts: marked(before.hosts, after.hosts),
    links: marked(before.links, after.links),
    paths: marked(before.paths, after.paths),
    identities: marked(before.identities, after.identities),
  }
}

function marked<T extends { readonly name: string }>(before: readonly T[], after: readonly T[]): readonly T[] {
  const known = new Set(before.map(({ name }) => name))
  return after.map((each) => {
    const { name } = each
    return known.has(name) ? each : { ...each, origin: `attacker ${name.slice(1).split('/')[0]}` }
  })
}
