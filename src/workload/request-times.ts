import { assert } from '../engine/assert.ts'
import type { Timeline } from '../engine/timeline.ts'
import { type ActivityTable, PART_COUNT } from '../network/activity.ts'
import type { HttpClientTable } from './http-client-table.ts'
import type { PathConnectionTable } from './path-connection-table.ts'
import type { HttpClient } from './rows.ts'
import type { WorkloadTable } from './workload-table.ts'

/** Measures the activity of a request's connection between the start of the request and its response. */
export class RequestTimes {
  private readonly timeline: Timeline
  private readonly activities: ActivityTable
  private readonly clients: HttpClientTable
  private readonly connections: PathConnectionTable
  private readonly table: WorkloadTable
  /** A buffer for the totals of one activity, by part. */
  private readonly reading = new Float64Array(PART_COUNT)

  constructor(
    timeline: Timeline,
    activities: ActivityTable,
    clients: HttpClientTable,
    connections: PathConnectionTable,
    table: WorkloadTable,
  ) {
    this.timeline = timeline
    this.activities = activities
    this.clients = clients
    this.connections = connections
    this.table = table
  }

  noteStart(client: HttpClient): void {
    const { activities, clients, connections, reading } = this
    activities.read(connections.activity[clients.via[client]], reading, 0)
    for (let part = 0; part < PART_COUNT; part++) clients.partsAtStartNs[client + part] = reading[part]
  }

  /** Adds the time since the request's start to the parts of its workload. */
  noteResponse(client: HttpClient): void {
    const { activities, clients, connections, reading, table, timeline } = this
    const base = clients.workload[client] * PART_COUNT
    let sumNs = 0
    activities.read(connections.activity[clients.via[client]], reading, 0)
    for (let part = 0; part < PART_COUNT; part++) {
      const partNs = reading[part] - clients.partsAtStartNs[client + part]
      table.partsNs[base + part] += partNs
      sumNs += partNs
    }
    assert(sumNs === timeline.now - clients.startTick[client], 'the parts of a request add up to its time')
  }
}
