import { NONE } from '../../engine/table.ts'
import type { Processors, Worker } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { Stream } from '../../transport/rows.ts'
import type { Choices } from '../paths/choices.ts'
import type { PathAgents } from '../paths/path.ts'
import type { TunnelEnd, TunnelledConnection } from '../rows.ts'
import type { KonnectivityAgents } from './konnectivity-agents.ts'
import type { TunnelledConnections, TunnelledRequest } from './tunnelled-connections.ts'

/**
 * The Konnectivity server, which runs on the apiserver's host. The apiserver connects to it over a Unix socket, which
 * costs the host the CPU time of accepting a connection, and no time on any link.
 */
export class Konnectivity implements Worker {
  readonly agents: KonnectivityAgents
  readonly tunnelled: TunnelledConnections
  private readonly processors: Processors
  private readonly cpus: readonly CpuProfile[]
  private readonly agentsOfPaths: readonly (PathAgents | null)[]
  private readonly choices: Choices
  private readonly workerKind: number

  /** `agentsOfPaths` holds the agents of each path; null for paths that do not use Konnectivity. */
  constructor(
    agents: KonnectivityAgents,
    tunnelled: TunnelledConnections,
    processors: Processors,
    cpus: readonly CpuProfile[],
    agentsOfPaths: readonly (PathAgents | null)[],
    choices: Choices,
  ) {
    this.agents = agents
    this.tunnelled = tunnelled
    this.processors = processors
    this.cpus = cpus
    this.agentsOfPaths = agentsOfPaths
    this.choices = choices
    this.workerKind = processors.register(this)
  }

  /**
   * Opens a connection through an agent. It fails 1 ns after the server has received the dial if no agent is
   * connected.
   */
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

  /** Called when the server has received the dial. */
  onWorkDone(connection: TunnelledConnection): void {
    const end = this.pickEnd(connection)
    if (end === NONE) return this.tunnelled.failDial(connection)
    this.agents.countChannel(end)
    this.tunnelled.dialThrough(connection, end)
  }

  /** Resets agents and server on `host`, which restarts. */
  restart(host: number): void {
    this.agents.restartAgent(host)
    this.agents.restartServer(host)
    this.tunnelled.restart(host)
  }

  /**
   * Picks the stream of the agent that carries a connection. With the strategy destHost, it is the first registered
   * stream of an agent that claims the target's address. Otherwise, or if there is none, it is a random stream
   * (apiserver-network-proxy, pkg/server: desthost_backend_manager.go, backend_manager.go).
   */
  private pickEnd(connection: TunnelledConnection): TunnelEnd {
    const { table } = this.tunnelled
    const path = table.target[connection]
    const { agents, others, claimants, choiceKey: key } = this.agentsOfPaths[path]!
    const claimed = this.oldestEndOf(claimants)
    if (claimed !== NONE) return claimed
    const candidates = this.oldestEnds(others.length === 0 ? agents : [...agents, ...others])
    if (candidates.length < 2) return candidates[0] ?? NONE
    const { nameHigh, nameLow } = this.tunnelled.nameOf(connection)
    return candidates[this.choices.among(candidates.length, { path, kind: 'agent', key, nameHigh, nameLow })]
  }

  /**
   * Returns the stream that registered first among the streams of `agents` that the server believes to be alive; NONE
   * without such a stream.
   */
  private oldestEndOf(agents: readonly number[]): TunnelEnd {
    const { registration } = this.tunnelled.ends.table
    let oldest: TunnelEnd = NONE
    for (const agent of agents) {
      const end = this.agents.table.firstEnd[agent]
      if (end !== NONE && (oldest === NONE || registration[end] < registration[oldest])) oldest = end
    }
    return oldest
  }

  /** Returns the oldest stream of each identifier that these agents present. */
  private oldestEnds(agents: readonly number[]): TunnelEnd[] {
    const { table } = this.tunnelled.ends
    const oldest = new Map<string, TunnelEnd>()
    for (const agent of agents) {
      const { claimedAgent } = this.agents.agents[agent]
      for (let end = this.agents.table.firstEnd[agent]; end !== NONE; end = table.next[end]) {
        // An agent that copies an identifier has the identifier of a process that has not restarted since.
        const id = `${claimedAgent}/${claimedAgent === agent ? table.incarnation[end] : 0}`
        const known = oldest.get(id)
        if (known === undefined || table.registration[end] < table.registration[known]) oldest.set(id, end)
      }
    }
    return [...oldest.values()]
  }
}
