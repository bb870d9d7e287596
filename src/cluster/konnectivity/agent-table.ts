import type { Arena } from '../../engine/arena.ts'
import type { Exchange, HttpConnection } from '../../http/rows.ts'
import { DialledTable } from '../paths/dialled-table.ts'
import type { Agent, TunnelEnd } from '../rows.ts'

/** The agent has no connection and waits until `nextDialTick`. */
export const IDLE = 0
/** The gRPC connection is established. */
export const CONNECTED = 2

/** One row for each agent, in the order of their names. */
export class AgentTable extends DialledTable<Agent> {
  readonly connection = this.handle<HttpConnection>()
  /** Tick of the next dial; -1 for an agent that has been stopped. */
  readonly nextDialTick = this.float64()
  /** Pause after the next failed dial, before jitter. */
  readonly backoffNs = this.float64()
  /** 1: the first attempt to connect has succeeded or failed. */
  readonly hasTried = this.uint8()
  /** 1: the server has refused the agent's token. */
  readonly isRefused = this.uint8()
  readonly refusals = this.float64()
  /** The exchange whose body is the agent's gRPC stream. */
  readonly exchange = this.handle<Exchange>()
  /** The number of streams of all agents that servers have registered; one number for the whole table. */
  readonly registrations = this.sharedFloat64(1)
  /** The number of times that the agent's process has been restarted. */
  readonly incarnation = this.int32()
  /**
   * The first of the server's ends of the agent's streams, linked oldest first. There may be several, since a server is
   * slow to detect a dead stream.
   */
  readonly firstEnd = this.handle<TunnelEnd>()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}
