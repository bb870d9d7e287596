import type { Konnectivity } from '../cluster/konnectivity/konnectivity.ts'
import { NodeLifecycle } from '../cluster/node-lifecycle/node-lifecycle.ts'
import { Choices } from '../cluster/paths/choices.ts'
import { NodeAddresses } from '../cluster/paths/node-addresses.ts'
import { PathGates } from '../cluster/paths/path-gates.ts'
import { RefusedDials } from '../cluster/paths/refused-dials.ts'
import { Servers } from '../cluster/paths/servers.ts'
import { Paths } from '../cluster/paths.ts'
import { SshForwarding } from '../cluster/tunnels/ssh-forwarding.ts'
import { SshTunneler } from '../cluster/tunnels/ssh-tunneler.ts'
import { SshHealthChecks } from '../cluster/tunnels/ssh-tunneler-health.ts'
import { Tunnels } from '../cluster/tunnels/tunnels.ts'
import { Streams } from '../engine/streams.ts'
import { Http } from '../http/http.ts'
import { AccountTable } from '../network/account.ts'
import { ActivityTable } from '../network/activity.ts'
import { HostNoise } from '../network/host-noise.ts'
import { LinkDirectionTable } from '../network/link-direction.ts'
import { Network } from '../network/network.ts'
import { PacketTable } from '../network/packet.ts'
import { Processors } from '../network/processor.ts'
import { Ssh } from '../security/ssh.ts'
import { Tls } from '../security/tls.ts'
import { ByteStreams } from '../transport/streams/byte-stream.ts'
import { Contents } from '../transport/streams/content.ts'
import { Relays } from '../transport/streams/relay.ts'
import { Tcp } from '../transport/tcp.ts'
import { TcpProxies } from '../transport/tcp-proxies.ts'
import { HttpClients } from '../workload/http-clients.ts'
import type { Keeping } from '../workload/measurements.ts'
import { PathConnections } from '../workload/path-connections.ts'
import { Responder } from '../workload/responder.ts'
import { StreamSessions } from '../workload/streaming/stream-sessions.ts'
import { WorkloadTable } from '../workload/workload-table.ts'
import { Workloads } from '../workload/workloads.ts'
import { ClusterServices } from './apiserver/build-services.ts'
import { type Attack, buildAttack } from './attack/build-attack.ts'
import type { BuildContext, HttpParts, NetworkParts, SecurityParts, TransportParts } from './build-context.ts'
import { ScenarioEvents } from './events/scenario-events.ts'
import { buildKonnectivity } from './konnectivity/build-konnectivity.ts'
import {
  buildFilter,
  buildInterceptions,
  buildMiddleboxes,
  buildNeighbours,
  buildTranslation,
  namesOfNetwork,
} from './network/build-edges.ts'
import { DirectionStreams } from './network/direction-streams.ts'
import { attachRules } from './own-code/build-rules.ts'
import type { Plan } from './plan.ts'

interface ClusterParts {
  readonly refusals: RefusedDials
  readonly tunnels: Tunnels
  readonly tunneler: SshTunneler
  readonly konnectivity: Konnectivity
  readonly gates: PathGates
  readonly nodeAddresses: NodeAddresses
  readonly paths: Paths
}

interface WorkloadParts {
  readonly servers: Servers
  readonly cluster: ClusterServices
  readonly answers: Responder
  readonly clients: HttpClients
  readonly workloads: Workloads
  readonly nodeLifecycle: NodeLifecycle
  readonly scenarioEvents: ScenarioEvents
}

/** All parts of a simulation. `attack` is null without attackers. */
export type Parts = NetworkParts &
  TransportParts &
  SecurityParts &
  HttpParts &
  ClusterParts &
  WorkloadParts & { readonly attack: Attack | null }

/**
 * Builds the parts layer by layer, the lowest first. Each part receives the parts below it. Tables get their place in
 * the arena in this order, so the arenas of forks have the same layout.
 */
export function buildParts(own: Pick<BuildContext, 'plan' | 'arena' | 'timeline'>): Parts {
  const { hosts, targets } = own.plan
  const context = { ...own, cpus: hosts.map(({ cpu }) => cpu), firstHostTarget: targets.firstHost }
  const network = { ...context, ...buildNetwork(context) }
  const transport = { ...network, ...buildTransport(network) }
  const security = { ...transport, ...buildSecurity(transport) }
  const http = { ...security, ...buildHttp(security) }
  const cluster = { ...http, ...buildCluster(http) }
  const workloads = { ...cluster, ...buildWorkloads(cluster) }
  return { ...workloads, attack: buildAttack(workloads) }
}

function buildNetwork({ plan, arena, timeline, firstHostTarget, cpus }: BuildContext): NetworkParts {
  const activities = new ActivityTable(arena, timeline)
  const accounts = new AccountTable(arena)
  const directions = new LinkDirectionTable(arena)
  const streams = new Streams(plan.seed)
  const noises = plan.hosts.map(({ name, noise }) =>
    noise === null ? null : new HostNoise(noise, streams.lazyKey(`host/${name}/noise`)),
  )
  for (const { name, fromHost, toHost, options, isCharged } of plan.directions) {
    const row = directions.add(fromHost, toHost, options, new DirectionStreams(streams, name), isCharged)
    // Switches, which are numbered after the hosts, have no such times. A loopback has none either.
    if (fromHost === toHost) continue
    if (fromHost < cpus.length) directions.setSendingTimes(row, cpus[fromHost].packetNs, cpus[fromHost].coldPacketNs)
    if (toHost < cpus.length && noises[toHost] !== null) directions.setNoise(row, noises[toHost])
  }
  const middleboxes = buildMiddleboxes(arena, timeline, plan)
  const network = new Network({
    timeline,
    middleboxes,
    packets: new PacketTable(arena),
    directions,
    accounts,
    activities,
    addresses: plan.addresses,
    routing: plan.routing,
    translation: buildTranslation(arena, timeline, plan),
    filter: buildFilter(arena, timeline, plan),
    neighbours: buildNeighbours(arena, plan),
    interceptions: buildInterceptions(plan),
    firstDirectionTarget: plan.targets.firstDirection,
    names: namesOfNetwork(plan),
  })
  attachRules(arena, network, plan.rules)
  const cores = plan.hosts.map(({ cores, coresOf }) => ({ cores, coresOf }))
  const processors = new Processors(arena, timeline, activities, cores, firstHostTarget)
  return { activities, accounts, network, middleboxes, processors }
}

function buildTransport(context: BuildContext & NetworkParts): TransportParts {
  const { plan, arena } = context
  const { proxies, addresses } = plan
  const contents = new Contents(arena)
  const streams = new ByteStreams(arena, contents)
  const hosts = plan.hosts.map(({ tcp }) => tcp)
  const tcp = new Tcp({ ...context, contents, streams, hosts, congestionControls: plan.congestionControls })
  context.middleboxes?.resetWith(tcp.sendResetInNameOf)
  const below = { ...context, streams, tcp }
  const tcpProxies = new TcpProxies({ ...below, addresses, proxies, hostCount: hosts.length })
  return { streams, tcp, tcpProxies, relays: new Relays(arena, streams) }
}

type BelowSecurity = BuildContext & NetworkParts & TransportParts

function buildSecurity({
  plan,
  arena,
  timeline,
  streams,
  accounts,
  processors,
  firstHostTarget,
}: BelowSecurity): SecurityParts {
  return {
    tls: new Tls(arena, timeline, streams, processors, plan.tls, firstHostTarget),
    ssh: new Ssh(arena, timeline, streams, processors, accounts, plan.ssh),
  }
}

function buildHttp(context: BelowSecurity): HttpParts {
  const { http: directory, http2: parameters } = context.plan
  const { sessions: plans, hosts } = context.plan
  const http = new Http({ ...context, directory, parameters })
  return { http, sessions: new StreamSessions({ ...context, plans, hostCount: hosts.length }) }
}

type BelowCluster = BelowSecurity & SecurityParts & HttpParts

function buildCluster(context: BelowCluster): ClusterParts {
  const { plan, arena, timeline, streams, ssh, http } = context
  const { targets, hosts, sshTunneler } = plan
  const choices = new Choices(arena, plan.paths.length, plan.choosesInTurn)
  const konnectivity = buildKonnectivity(context, choices)
  const refusals = new RefusedDials(arena, timeline, streams, hosts.length, targets.firstHost)
  const tunnels = new Tunnels({ ...context, refusals, tunnels: plan.tunnels, firstTunnelTarget: targets.firstTunnel })
  const checks = new SshHealthChecks(arena, streams, http, tunnels, plan.tunnels)
  const tunneler = new SshTunneler(arena, timeline, tunnels, checks, sshTunneler, targets)
  const gates = new PathGates(arena, plan.paths.length)
  const nodeAddresses = new NodeAddresses(arena, timeline, plan.nodeAddresses)
  const parts = { refusals, tunnels, tunneler, konnectivity, gates }
  const paths = new Paths({ ...context, ...parts, choices, paths: plan.paths, addresses: nodeAddresses })
  const destinations = sshTunneler === null ? plan.paths : [...plan.paths, sshTunneler.healthz]
  const { addresses } = plan
  ssh.connectOwner(tunnels, new SshForwarding({ ...context, addresses }, ssh.channels, destinations))
  return { ...parts, nodeAddresses, paths }
}

function buildWorkloads(context: BelowCluster & ClusterParts): WorkloadParts {
  const { plan, arena, timeline, accounts, http } = context
  const { gates, nodeAddresses, paths, konnectivity } = context
  const { targets, events, pathHttp, workloads: plans } = plan
  const table = new WorkloadTable(arena, plans.length)
  const answers = new Responder({
    ...context,
    responses: plan.answers,
    workloads: table,
    workloadCount: plans.length,
    firstWorkloadTarget: targets.firstWorkload,
  })
  const cluster = new ClusterServices({ ...context, answers })
  konnectivity.agents.reviewWith(cluster.background?.handlers.pods ?? null)
  const services = { ...cluster.kinds, konnectivity: konnectivity.agents.service }
  const servers = new Servers({ ...context, services, listeners: plan.listeners })
  const connections = new PathConnections({ ...context, connector: paths, pathHttp })
  const pathNames = plan.paths.map(({ name }) => name)
  const clients = new HttpClients({ ...context, connections, workloads: plans, table, pathNames })
  const charged = plans.map(() => accounts.allocate())
  cluster.connect(clients, gates, nodeAddresses)
  const nodeLifecycle = new NodeLifecycle(arena, timeline, plan.nodeLifecycle, nodeAddresses, targets.scenario)
  http.responseObservers.push(nodeLifecycle)
  const ownNodes = cluster.background?.handlers.ownNodes
  if (ownNodes !== undefined) {
    nodeAddresses.onForeignAddress = (node) => ownNodes.onAddressChange(node)
    nodeLifecycle.newsTickOf = (node) => ownNodes.newsTickOf(node)
  }
  const workloads = new Workloads({
    ...context,
    http: clients,
    table,
    workloads: plans,
    keeping: keepingOf(plan),
    accounts: charged,
    nodes: nodeLifecycle,
    firstTarget: targets.firstWorkload,
  })
  answers.connectObserver(workloads)
  paths.connectWaiter(connections, () => workloads.begin())
  const restartables = [paths, cluster]
  const scenarioEvents = new ScenarioEvents({ ...context, restartables, events, target: targets.scenario })
  return { servers, cluster, answers, clients, workloads, nodeLifecycle, scenarioEvents }
}

/** Returns which latencies of each workload are kept. Verdicts need all requests on the paths of attackers' steps. */
function keepingOf({ workloads, attack }: Plan): Keeping[] {
  const attacked = new Set(attack?.steps.flatMap(({ paths }) => paths))
  const wholes = new Set(workloads.filter(({ path }) => attacked.has(path)).map(({ declared }) => declared))
  const names = [...new Set(workloads.map(({ declared }) => declared))]
  const keepings = new Map(names.map((name, number) => [name, { declared: number, isWhole: wholes.has(name) }]))
  return workloads.map(({ declared }) => keepings.get(declared)!)
}
