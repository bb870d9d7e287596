import { Streams } from '../engine/streams.ts'
import { CPU_FIGURES } from '../security/cpu-profiles.ts'
import { planAttack } from './attack/plan-attack.ts'
import { planSockets } from './attack/plan-sockets.ts'
import { planEvents } from './events/plan-events.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { HttpCatalogue } from './http/plan-http.ts'
import { defaultVersionOf } from './lookups/path-traits.ts'
import { type CpuProfiles, planNetwork } from './network/plan-network.ts'
import { checkedControls } from './own-code/checked-control.ts'
import type { OwnCode } from './own-code/own-code.ts'
import { planRules } from './own-code/plan-own-code.ts'
import type { Plan } from './plan.ts'
import type { PlanContext } from './plan-context.ts'
import { planPaths } from './plan-paths.ts'
import { planRequests } from './plan-requests.ts'
import { Identities } from './security/plan-security.ts'
import { planSshTunneler } from './ssh-tunnels/plan-ssh-tunneler.ts'

/**
 * Plans everything below requests: network, identities, paths, servers. `cpuProfiles` replaces the built-in profiles
 * when profiles are fitted.
 */
export function beginPlan(blueprint: ExpandedBlueprint, cpuProfiles: CpuProfiles = CPU_FIGURES): PlanContext {
  const streams = new Streams(blueprint.seed)
  const network = planNetwork(blueprint, streams, cpuProfiles)
  const identities = new Identities([...blueprint.identities, ...blueprint.konnectivity.identities])
  return {
    blueprint,
    network,
    paths: planPaths(blueprint, network, identities, streams),
    identities,
    streams,
    catalogue: new HttpCatalogue(defaultVersionOf(blueprint).minor),
    answers: [],
    proxied: new Map(),
  }
}

/** Turns the names of an expanded blueprint into numbers. `own` has the objects of a library user. */
export function makePlan(
  blueprint: ExpandedBlueprint,
  cpuProfiles: CpuProfiles = CPU_FIGURES,
  own: OwnCode = {},
): Plan {
  const context = beginPlan(blueprint, cpuProfiles)
  const { network, paths } = context
  const planned = planRequests(context)
  const attackContext = { ...context, planned }
  const firstDirection = network.hosts.length
  const scenario = firstDirection + network.directions.length
  const firstTunnel = scenario + 1
  const firstWorkload = firstTunnel + paths.tunnels.length
  return {
    name: blueprint.name,
    seed: blueprint.seed,
    choosesInTurn: blueprint.choosesInTurn === true,
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
    congestionControls: checkedControls(own.congestionControls ?? {}),
    switches: network.switches,
    addresses: network.addresses,
    directions: network.directions,
    rules: planRules(own, network.directions),
    routing: network.routing,
    virtualAddresses: network.virtualAddresses,
    firewall: network.firewall,
    middleboxes: network.middleboxes,
    proxies: network.proxies,
    tls: paths.tls,
    ssh: paths.ssh,
    listeners: paths.listeners,
    tunnels: paths.tunnels,
    sshTunneler: planSshTunneler(context, planned.healthRequest),
    konnectivity: { agents: paths.konnectivity.agents, heads: planned.konnectivityHeads },
    paths: paths.paths,
    pathHttp: paths.pathHttp,
    http: context.catalogue.directory(),
    http2: paths.http2,
    answers: context.answers,
    sessions: context.catalogue.sessions,
    workloads: planned.workloads,
    cluster: planned.cluster,
    background: planned.background,
    nodeLifecycle: planned.nodeLifecycle,
    nodeAddresses: planned.nodeAddresses,
    events: planEvents(blueprint, network),
    attack: planAttack(attackContext),
    attackSockets: planSockets(attackContext),
  }
}
