import { assert } from '../engine/assert.ts'
import type { Timeline } from '../engine/timeline.ts'
import { PART_COUNT, PARTS } from '../network/activity.ts'
import type { HttpClientTable } from './http-client-table.ts'
import type { PathConnections } from './path-connections.ts'
import type { HttpClient } from './rows.ts'
import type { WorkloadTable } from './workload-table.ts'

const ATTACKER = PARTS.indexOf('attacker')

/**
 * Adds up how the time of requests, chunks and keys was spent: the difference between two readings of the connection's
 * activities, over all its dials.
 */
export class RequestTimes {
  private readonly timeline: Timeline
  private readonly clients: HttpClientTable
  private readonly connections: PathConnections
  private readonly table: WorkloadTable
  private readonly reading = new Float64Array(PART_COUNT)

  constructor(timeline: Timeline, clients: HttpClientTable, connections: PathConnections, table: WorkloadTable) {
    this.timeline = timeline
    this.clients = clients
    this.connections = connections
    this.table = table
  }

  noteStart(client: HttpClient): void {
    const { clients } = this
    const reading = this.read(client)
    for (let part = 0; part < PART_COUNT; part++) clients.partsAtStartNs[client + part] = reading[part]
  }

  /** Adds the time since the request's start to the parts of its workload. */
  noteResponse(client: HttpClient): void {
    const { clients } = this
    this.add(client, clients.startTick[client], clients.partsAtStartNs, client)
  }

  /**
   * Returns the totals of the client's connection up to now. Only differences are meaningful. They are valid until the
   * next call.
   */
  read(client: HttpClient): Float64Array {
    this.connections.readParts(this.clients.via[client], this.reading)
    return this.reading
  }

  /**
   * Adds the time since `startTick`. `then` holds, from index `at` on, the value that `read` returned at that tick.
   */
  add(client: HttpClient, startTick: number, then: Float64Array, at: number): void {
    const { clients, table, timeline } = this
    const row = table.rowOf(clients.workload[client])
    const reading = this.read(client)
    let sumNs = 0
    for (let part = 0; part < PART_COUNT; part++) {
      const partNs = reading[part] - then[at + part]
      table.partsNs[row + part] += partNs
      sumNs += partNs
    }
    assert(sumNs === timeline.now - startTick, 'the parts of a request add up to its time')
  }

  /** Adds the time since `startTick` as an attacker's. */
  addAttackers(client: HttpClient, startTick: number): void {
    const { clients, table, timeline } = this
    table.partsNs[table.rowOf(clients.workload[client]) + ATTACKER] += timeline.now - startTick
  }
}
