import { Streams } from '../../engine/streams.ts'
import { CPU_FIGURES } from '../../security/cpu-profiles.ts'
import type { ExpandedBlueprint } from '../expansion/expanded-blueprint.ts'
import { planAttack } from './attackers/plan-attack.ts'
import { planSockets } from './attackers/plan-sockets.ts'
import { planSshTunneler } from './cluster/plan-ssh-tunneler.ts'
import { planEvents } from './network/plan-events.ts'
import { type CpuProfiles, planNetwork } from './network/plan-network.ts'
import { planPaths } from './paths/plan-paths.ts'
import type { Plan } from './plan.ts'
import { Identities } from './security/plan-security.ts'
import { planWorkloads } from './workloads/plan-workloads.ts'

/** Turns the names of a blueprint into numbers. `cpuProfiles` other than those that ship are for fitting them. */
export function makePlan(blueprint: ExpandedBlueprint, cpuProfiles: CpuProfiles = CPU_FIGURES): Plan {
  const streams = new Streams(blueprint.seed)
  const network = planNetwork(blueprint, streams, cpuProfiles)
  const identities = new Identities(blueprint.identities)
  const paths = planPaths(blueprint, network, identities, streams)
  const planned = planWorkloads(blueprint, network, paths, identities, streams)
  const attackContext = { blueprint, network, paths, planned, streams }
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
