import type { Arena } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { RequestTimes } from './request-times.ts'
import type { DueChunk, HttpClient, Workload } from './rows.ts'
import type { WorkloadTable } from './workload-table.ts'

/** Chunks that were due, linked by workload in the order of their times. */
class DueChunkTable extends Table<DueChunk> {
  readonly dueTick = this.float64()
  /** The return value of `RequestTimes.read` when the chunk was due. */
  readonly partsNs = this.float64(0, PART_COUNT)

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * Splits the time of each chunk of a flow, from the tick at which it was due until its client has it. The client of a
 * watch may have lost its connection when the chunk was due, and may have another one when it arrives.
 */
export class ChunkTimes {
  private readonly due: DueChunkTable
  private readonly timeline: Timeline
  private readonly times: RequestTimes
  private readonly table: WorkloadTable

  constructor(arena: Arena, timeline: Timeline, times: RequestTimes, table: WorkloadTable) {
    this.due = new DueChunkTable(arena)
    this.timeline = timeline
    this.times = times
    this.table = table
  }

  /** Notes that a chunk of the workload is due now. */
  noteDue(workload: number): void {
    const { due, table, timeline } = this
    const row = table.rowOf(workload)
    const client = table.firstClient[row]
    const last = table.lastDueChunk[row]
    // A server that has not noticed the loss of its connection continues, while the client already has another
    // connection.
    if (client === NONE || (last !== NONE && due.dueTick[last] === timeline.now)) return
    const chunk = due.allocate()
    const reading = this.times.read(client)
    due.next[chunk] = NONE
    due.dueTick[chunk] = timeline.now
    for (let part = 0; part < PART_COUNT; part++) due.partsNs[chunk + part] = reading[part]
    if (last === NONE) table.firstDueChunk[row] = chunk
    else due.next[last] = chunk
    table.lastDueChunk[row] = chunk
  }

  /**
   * Adds the time of a chunk that was due at `dueTick` and has arrived. Chunks that were due before will not arrive any
   * more.
   */
  noteArrival(client: HttpClient, workload: number, dueTick: number): void {
    const { due, table, times } = this
    const row = table.rowOf(workload)
    while (table.firstDueChunk[row] !== NONE && due.dueTick[table.firstDueChunk[row]] < dueTick) this.forgetFirst(row)
    const first = table.firstDueChunk[row]
    if (first !== NONE && due.dueTick[first] === dueTick) times.add(client, dueTick, due.partsNs, first)
    // A chunk that is not under way was recorded by an attacker and sent again.
    else times.addAttackers(client, dueTick)
  }

  /** Forgets the chunks of a workload that has ended. */
  forgetAll(workload: number): void {
    const row = this.table.rowOf(workload)
    while (this.table.firstDueChunk[row] !== NONE) this.forgetFirst(row)
  }

  private forgetFirst(row: Workload): void {
    const { due, table } = this
    const first = table.firstDueChunk[row]
    table.firstDueChunk[row] = due.next[first]
    if (due.next[first] === NONE) table.lastDueChunk[row] = NONE
    due.release(first)
  }
}
