import { Streams } from '../../engine/streams.ts'
import { CPU_PROFILES } from '../../security/cpu-profiles.ts'
import type { Blueprint } from '../blueprint.ts'
import { planAttack } from './attackers/plan-attack.ts'
import { planSockets } from './attackers/plan-sockets.ts'
import { withAttackers, withAttackersWays } from './attackers/with-attackers.ts'
import { withBackgroundPaths } from './background-paths.ts'
import { withClusterPaths } from './cluster-paths.ts'
import type { Plan } from './plan.ts'
import { planEvents } from './plan-events.ts'
import { type CpuProfiles, planNetwork } from './plan-network.ts'
import { planPaths } from './plan-paths.ts'
import { Identities } from './plan-security.ts'
import { planSshTunneler } from './plan-ssh-tunneler.ts'
import { planWorkloads } from './plan-workloads.ts'
import { withReaddressedPaths } from './readdressed-paths.ts'

/** `cpuProfiles` other than those that ship are for fitting them. */
export function makePlan(declared: Blueprint, cpuProfiles: CpuProfiles = CPU_PROFILES): Plan {
  const blueprint = withAttackersWays(withBackgroundPaths(withAttackers(withClusterPaths(declared))))
  const streams = new Streams(blueprint.seed)
  const network = planNetwork(blueprint, streams, cpuProfiles)
  const identities = new Identities(blueprint.identities)
  const readdressed = withReaddressedPaths(blueprint)
  const paths = planPaths(readdressed, network, identities, streams)
  const planned = planWorkloads(blueprint, network, paths, identities, streams)
  const attackContext = { blueprint: readdressed, network, paths, planned, streams }
  const firstDirection = network.hosts.length
  const scenario = firstDirection + network.directions.length
  const firstTunnel = scenario + 1
  const firstWorkload = firstTunnel + paths.tunnels.length
  return {
    name: blueprint.name,
    seed: blueprint.seed,
    durationNs: blueprint.durationNs,
    targets: {
      firstHost: 0,
      firstDirection,
      scenario,
      firstTunnel,
      firstWorkload,
      attack: firstWorkload + planned.workloads.length,
    },
    hosts: network.hosts,
    switches: network.switches,
    addresses: network.addresses,
    directions: network.directions,
    routing: network.routing,
    virtualAddresses: network.virtualAddresses,
    firewall: network.firewall,
    tls: paths.tls,
    ssh: paths.ssh,
    listeners: paths.listeners,
    tunnels: paths.tunnels,
    sshTunneler: planSshTunneler(blueprint, network, paths, planned.healthRequest),
    konnectivity: { agents: paths.konnectivity.agents, heads: planned.konnectivityHeads },
    paths: paths.paths,
    pathHttp: paths.pathHttp,
    http: planned.http,
    http2: paths.http2,
    answers: planned.answers,
    workloads: planned.workloads,
    cluster: planned.cluster,
    background: planned.background,
    nodeLifecycle: planned.nodeLifecycle,
    nodeAddresses: planned.nodeAddresses,
    events: planEvents(blueprint, network),
    attack: planAttack(attackContext),
    attackSockets: planSockets({ ...attackContext, places: paths.attackerPlaces }),
  }
}
