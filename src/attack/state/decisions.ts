import type { Arena } from '../../engine/arena.ts'
import { IndexedTable } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { DecisionEntry } from '../rows.ts'
import type { PacketReference } from './event-counts.ts'

class DecisionTable extends IndexedTable<DecisionEntry> {
  readonly step = this.int32()
  readonly path = this.int32()
  readonly request = this.int32()
  readonly identity = this.int32()
  readonly isByAccess = this.uint8()
  readonly status = this.int32()
  readonly answer = this.int32()
  readonly error = this.int32()
  readonly host = this.int32()
  readonly port = this.int32()
  readonly tick = this.float64()
  readonly direction = this.int32()
  readonly serial = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** A server's decision on an attacker's request: one of its own, or one that it relayed or injected. */
export interface Decision {
  readonly step: number
  readonly path: number
  readonly request: number
  /** An index of the access log's identities; NONE if the server authenticated no user. */
  readonly identity: number
  /** Whether a server of the cluster decided on access; false where a server without access control answered. */
  readonly isByAccess: boolean
  /** The HTTP status code of a refusal; 0 where the request was allowed. */
  readonly status: number
  /** The HTTP status code of the server's response; 0 where it sent none. */
  readonly answer: number
  /** The number of the message of an API server that could not pass the request on (proxy-error.ts); 0 for none. */
  readonly error: number
  readonly host: number
  /** The server's port; NONE where no TCP connection carries the exchange by itself. */
  readonly port: number
  readonly tick: number
  /** The packet that delivered the request to the server; NO_PACKET where no packet did. */
  readonly packet: PacketReference
}

/** Servers' decisions on attackers' requests, in the order of time. Verdicts on gained privileges derive from them. */
export class Decisions {
  private readonly table: DecisionTable
  private readonly timeline: Timeline

  constructor(arena: Arena, timeline: Timeline) {
    this.table = new DecisionTable(arena)
    this.timeline = timeline
  }

  /** Adds a decision, and returns its number, counted from 1. */
  add(decision: Omit<Decision, 'tick' | 'error'>): number {
    const { table } = this
    const row = table.allocate()
    table.isByAccess[row] = decision.isByAccess ? 1 : 0
    table.answer[row] = decision.answer
    table.port[row] = decision.port
    table.step[row] = decision.step
    table.path[row] = decision.path
    table.request[row] = decision.request
    table.identity[row] = decision.identity
    table.status[row] = decision.status
    table.host[row] = decision.host
    table.tick[row] = this.timeline.now
    table.direction[row] = decision.packet.direction
    table.serial[row] = decision.packet.serial
    return table.count
  }

  /** Records the status of the response to the request that a decision is about. */
  respond(number: number, status: number): void {
    const { table } = this
    table.answer[table.rowAt(number - 1)] = status
  }

  /** Records why the API server could not pass on the request that a decision is about. */
  explain(number: number, error: number): void {
    const { table } = this
    table.error[table.rowAt(number - 1)] = error
  }

  all(): Decision[] {
    const { table } = this
    return Array.from(table.everyRow(), (row) => ({
      step: table.step[row],
      path: table.path[row],
      request: table.request[row],
      identity: table.identity[row],
      isByAccess: table.isByAccess[row] === 1,
      status: table.status[row],
      answer: table.answer[row],
      error: table.error[row],
      host: table.host[row],
      port: table.port[row],
      tick: table.tick[row],
      packet: { direction: table.direction[row], serial: table.serial[row] },
    }))
  }
}
