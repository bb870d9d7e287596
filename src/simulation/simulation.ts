import { LOGIN_DEADLINE } from '../cluster/event-kinds.ts'
import { Paths } from '../cluster/paths.ts'
import { Servers } from '../cluster/servers.ts'
import { SshForwarding } from '../cluster/ssh-forwarding.ts'
import { Tunnels } from '../cluster/tunnels.ts'
import { Arena } from '../engine/arena.ts'
import { RadixQueue } from '../engine/radix-queue.ts'
import { Timeline } from '../engine/timeline.ts'
import { AccountTable } from '../network/account.ts'
import { ActivityTable } from '../network/activity.ts'
import { PACKET_ARRIVAL, WORK_DONE } from '../network/event-kinds.ts'
import { LinkDirectionTable } from '../network/link-direction.ts'
import { Network } from '../network/network.ts'
import { PacketTable } from '../network/packet.ts'
import { Processors } from '../network/processor.ts'
import { Ssh } from '../security/ssh.ts'
import { Tls } from '../security/tls.ts'
import { ByteStreams } from '../transport/byte-stream.ts'
import { Contents } from '../transport/content.ts'
import { CONNECTION_TIMER } from '../transport/event-kinds.ts'
import { Relays } from '../transport/relay.ts'
import { Tcp } from '../transport/tcp.ts'
import { HttpClients } from '../workload/http-clients.ts'
import { HttpServers } from '../workload/http-server.ts'
import { WorkloadTable } from '../workload/workload-table.ts'
import { Workloads } from '../workload/workloads.ts'
import { SCENARIO_EVENT_BEGINS, SCENARIO_EVENT_ENDS } from './event-kinds.ts'
import type { Plan } from './plan.ts'
import { ScenarioEvents } from './scenario-events.ts'

/** Why `runUntil` returned. */
export type Pause = 'finished' | 'duration' | 'tick' | 'budget'

/**
 * The root that owns all state. What changes lies in one arena, so that a fork is a copy of it; what does not is
 * the plan. The constructor is the map of the house: each part is given what it stands on.
 */
export class Simulation {
  readonly plan: Plan
  readonly timeline: Timeline
  readonly accounts: AccountTable
  readonly network: Network
  readonly tcp: Tcp
  readonly ssh: Ssh
  readonly tunnels: Tunnels
  readonly workloads: Workloads
  private readonly arena = new Arena()
  private readonly pending: RadixQueue
  private readonly processors: Processors
  private readonly paths: Paths
  private readonly scenarioEvents: ScenarioEvents
  private eventCount = 0
  private readonly pool: Simulation[]

  constructor(plan: Plan, pool: Simulation[] = []) {
    const { arena } = this
    const { targets } = plan
    const cpus = plan.hosts.map(({ cpu }) => cpu)
    this.plan = plan
    this.pool = pool
    this.pending = new RadixQueue(arena)
    this.timeline = new Timeline(this.pending)
    const { timeline } = this

    const activities = new ActivityTable(arena, timeline)
    this.accounts = new AccountTable(arena)
    this.network = new Network({
      timeline,
      packets: new PacketTable(arena),
      directions: new LinkDirectionTable(arena),
      accounts: this.accounts,
      activities,
      addresses: plan.addresses,
      routing: plan.routing,
      firstDirectionTarget: targets.firstDirection,
    })
    this.processors = new Processors(
      arena,
      timeline,
      activities,
      plan.hosts.map(({ cores }) => cores),
      targets.firstHost,
    )

    const contents = new Contents(arena)
    const streams = new ByteStreams(arena, contents)
    this.tcp = new Tcp(
      arena,
      timeline,
      this.network,
      contents,
      streams,
      plan.hosts.map(({ tcp }) => tcp),
      targets.firstHost,
    )
    const relays = new Relays(arena, streams)

    const tls = new Tls(arena, timeline, streams, this.processors, plan.tls)
    this.ssh = new Ssh(arena, timeline, streams, this.processors, this.accounts, plan.ssh)

    this.tunnels = new Tunnels(
      arena,
      timeline,
      this.tcp,
      this.ssh,
      activities,
      this.accounts,
      plan.tunnels,
      targets.firstTunnel,
    )
    this.paths = new Paths(plan.paths, this.tcp, tls, this.ssh, this.tunnels)
    const forwarding = new SshForwarding(
      arena,
      streams,
      this.tcp,
      this.ssh.channels,
      relays,
      plan.addresses,
      plan.paths,
    )
    this.ssh.connectOwner(this.tunnels, forwarding)

    const table = new WorkloadTable(arena, plan.workloads.length)
    const servers = new HttpServers(arena, timeline, streams, this.processors, plan.workloads, cpus)
    const clients = new HttpClients(arena, timeline, streams, this.processors, this.paths, plan.workloads, table, cpus)
    const accounts = plan.workloads.map(() => this.accounts.open())
    this.workloads = new Workloads(arena, timeline, clients, table, plan.workloads, accounts, targets.firstWorkload)
    new Servers(this.tcp, tls, this.ssh, servers, plan.listeners)
    this.scenarioEvents = new ScenarioEvents(
      arena,
      timeline,
      this.network,
      this.tcp,
      this.processors,
      this.paths,
      plan.events,
      targets.scenario,
    )
    this.paths.connectWaiter(this.workloads, () => this.workloads.begin())
    for (const { fromHost, toHost, options, streams: keys } of plan.directions)
      this.network.directions.add(fromHost, toHost, options, keys)
  }

  /** What happens at tick 0. */
  begin(): void {
    this.scenarioEvents.schedule()
    if (this.tunnels.dialWarm()) this.workloads.begin()
  }

  /** Goes on until everything is done, the scenario's duration or `untilTick` is reached, or `maxEvents` are spent. */
  runUntil(untilTick: number, maxEvents: number): Pause {
    const { pending } = this
    const lastTick = Math.min(untilTick, this.plan.durationNs ?? Number.POSITIVE_INFINITY)
    while (!this.isFinished) {
      const next = pending.nextTick()
      if (next > lastTick || next === Number.POSITIVE_INFINITY) {
        // Nothing will ever happen any more, though somebody still waits for it.
        if (lastTick === Number.POSITIVE_INFINITY) return 'finished'
        this.timeline.now = lastTick
        return lastTick === this.plan.durationNs ? 'duration' : 'tick'
      }
      if (this.eventCount >= maxEvents) return 'budget'
      pending.pop()
      this.eventCount++
      this.timeline.now = next
      this.dispatch(pending.target, pending.kind, pending.argument)
    }
    return 'finished'
  }

  get events(): number {
    return this.eventCount
  }

  get isFinished(): boolean {
    return this.workloads.areAllDone && this.scenarioEvents.areAllDone
  }

  /**
   * A second simulation that goes on from here by itself, to the digest of one that was never forked. Give it back
   * with `release`, and the next fork is a copy into its memory. Packet rules go along; whoever looks on does not.
   */
  fork(): Simulation {
    const fork = this.pool.pop() ?? new Simulation(this.plan, this.pool)
    fork.arena.copyFrom(this.arena)
    fork.network.shareRulesOf(this.network)
    fork.network.observer = null
    fork.timeline.now = this.timeline.now
    fork.eventCount = this.eventCount
    return fork
  }

  /** It must not be used any more. */
  release(): void {
    this.pool.push(this)
  }

  private dispatch(target: number, kind: number, argument: number): void {
    const { targets } = this.plan
    switch (kind) {
      case PACKET_ARRIVAL:
        return this.network.arrive(target - targets.firstDirection, argument)
      case WORK_DONE:
        return this.processors.finish(target - targets.firstHost, argument)
      case CONNECTION_TIMER:
        return this.tcp.onTimer(target - targets.firstHost, argument)
      case LOGIN_DEADLINE:
        return this.tunnels.onDeadline(target - targets.firstTunnel, argument)
      case SCENARIO_EVENT_BEGINS:
      case SCENARIO_EVENT_ENDS:
        return this.scenarioEvents.onEvent(kind, argument)
      default:
        return this.workloads.onEvent(target - targets.firstWorkload, kind, argument)
    }
  }
}
