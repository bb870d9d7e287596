import { fateFraction } from '../../engine/streams.ts'
import { NONE } from '../../engine/table.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { Stream } from '../../transport/rows.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import type { PathAgents } from './konnectivity-agent.ts'
import type { KonnectivityAgents } from './konnectivity-agents.ts'
import type { TunnelledConnections, TunnelledRequest } from './tunnelled-connections.ts'

/**
 * The Konnectivity server beside its clients. Each connection reaches it over a Unix socket, which costs its host as
 * much work as to accept a connection, and no time on any link.
 */
export class Konnectivity implements Worker {
  readonly agents: KonnectivityAgents
  readonly tunnelled: TunnelledConnections
  private readonly processors: Processors
  private readonly cpus: readonly CpuProfile[]
  private readonly choices: readonly (PathAgents | null)[]
  private readonly workerKind: number

  /** `choices` by path. */
  constructor(
    agents: KonnectivityAgents,
    tunnelled: TunnelledConnections,
    processors: Processors,
    cpus: readonly CpuProfile[],
    choices: readonly (PathAgents | null)[],
  ) {
    this.agents = agents
    this.tunnelled = tunnelled
    this.processors = processors
    this.cpus = cpus
    this.choices = choices
    this.workerKind = processors.register(this)
  }

  /** A connection for a path; it fails at once where no agent is connected. */
  connect(request: TunnelledRequest): Stream {
    const { tunnelled, processors, cpus } = this
    const connection = tunnelled.open(request)
    const stream = tunnelled.table.stream[connection]
    const generation = tunnelled.table.generation[connection]
    const { host, activity } = request
    processors.run(host, cpus[host].acceptNs, 0, activity, this.workerKind, connection, generation, 0)
    return stream
  }

  isPresent(connection: TunnelledConnection, generation: number): boolean {
    return this.tunnelled.table.generation[connection] === generation
  }

  /** The server has the dial. */
  onWorkDone(connection: TunnelledConnection): void {
    const end = this.pickEnd(connection)
    if (end === NONE) return this.tunnelled.failDial(connection)
    this.agents.countChannel(end)
    this.tunnelled.dialThrough(connection, end)
  }

  /** `host` restarts; its connections are about to fail. */
  restart(host: number): void {
    this.agents.restartAgent(host)
    this.agents.restartServer(host)
    this.tunnelled.restart(host)
  }

  /**
   * Where the path asks for that, the first to register of those that say that they are the target's; else a random
   * one of all (pkg/server: desthost_backend_manager.go, backend_manager.go).
   */
  private pickEnd(connection: TunnelledConnection): TunnelEnd {
    const { table } = this.tunnelled
    const { agents, others, claimants, choiceKey: key } = this.choices[table.target[connection]]!
    const claimed = this.oldestOf(claimants)
    if (claimed !== NONE) return claimed
    const candidates = this.oldestEnds(others.length === 0 ? agents : [...agents, ...others])
    if (candidates.length < 2) return candidates[0] ?? NONE
    const { nameHigh, nameLow } = this.tunnelled.nameOf(connection)
    const chance = fateFraction(key.hi, key.lo, nameHigh, nameLow, 0, 0)
    return candidates[Math.floor(chance * candidates.length)]
  }

  /** Of these agents' streams whose end the server has not noticed, the first that registered. */
  private oldestOf(agents: readonly number[]): TunnelEnd {
    const { registration } = this.tunnelled.ends.table
    let oldest: TunnelEnd = NONE
    for (const agent of agents) {
      const end = this.agents.table.firstEnd[agent]
      if (end !== NONE && (oldest === NONE || registration[end] < registration[oldest])) oldest = end
    }
    return oldest
  }

  /** The oldest stream of each id that an agent's process has, or says that it has. */
  private oldestEnds(agents: readonly number[]): TunnelEnd[] {
    const { table } = this.tunnelled.ends
    const oldest = new Map<string, TunnelEnd>()
    for (const agent of agents) {
      const { claimedAgent } = this.agents.agents[agent]
      for (let end = this.agents.table.firstEnd[agent]; end !== NONE; end = table.next[end]) {
        // Who copies an id copied that of a process, which starts but once.
        const id = `${claimedAgent}/${claimedAgent === agent ? table.incarnation[end] : 0}`
        const known = oldest.get(id)
        if (known === undefined || table.registration[end] < table.registration[known]) oldest.set(id, end)
      }
    }
    return [...oldest.values()]
  }
}
