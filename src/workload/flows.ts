import type { Arena } from '../engine/arena.ts'
import { CHUNK_DUE } from '../engine/event-kinds.ts'
import { exactExponentialQuantile } from '../engine/exact-math.ts'
import { appendRow, removeRow } from '../engine/linked-rows.ts'
import { drawFraction } from '../engine/streams.ts'
import { IndexedTable, NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http } from '../http/http.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import { CHUNK } from './messages.ts'
import type { FlowBody } from './planned-response.ts'
import type { Serving, Workload } from './rows.ts'
import { NO_FLOW, type ServingTable } from './serving-table.ts'
import type { WorkloadTable } from './workload-table.ts'

/** The flows of each workload. */
class FlowTable extends IndexedTable<Workload> {
  /** The flows that have begun and not ended, linked by `ServingTable.next`. */
  readonly firstFlow = this.handle<Serving>()
  /** The tick at which the first flow began; -1 before. */
  readonly originTick = this.float64(-1)

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}

export interface FlowsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly streams: ByteStreams
  readonly http: Http
  readonly serving: ServingTable
  readonly workloads: WorkloadTable
  readonly workloadCount: number
  readonly firstWorkloadTarget: number
  readonly bodyOf: (row: Serving) => FlowBody
}

/**
 * Streamed responses: a server writes chunks of one size, each when it is due. Those of one workload are the events of its
 * watch, one after the other when its connection breaks.
 */
export class Flows {
  private readonly parts: FlowsParts
  private readonly table: FlowTable

  constructor(parts: FlowsParts) {
    this.parts = parts
    this.table = new FlowTable(parts.arena, parts.workloadCount)
    for (let workload = 0; workload < parts.workloadCount; workload++) this.table.allocate()
  }

  begin(row: Serving): void {
    const { table } = this
    const { serving, workloads, timeline, bodyOf } = this.parts
    const { workload, resumes } = bodyOf(row)
    appendRow(table.firstFlow, workload, serving.next, row)
    serving.serial[row] = this.serialOf(row)
    const isFirst = table.originTick[workload] < 0
    if (isFirst) table.originTick[workload] = timeline.now
    const goesOn = resumes && !isFirst
    serving.startTick[row] = goesOn ? table.originTick[workload] : timeline.now
    // The client asks for what followed the last chunk that it has (in Kubernetes, its resourceVersion).
    serving.chunks[row] = goesOn ? workloads.completed[workload] : 0
    serving.lastDueTick[row] = goesOn && workloads.completed[workload] > 0 ? workloads.lastChunkTick[workload] : -1
    this.scheduleNext(row)
  }

  /** Removes a response that ends, if it is a flow. */
  end(row: Serving): void {
    const { serving, bodyOf } = this.parts
    if (serving.serial[row] === NO_FLOW) return
    removeRow(this.table.firstFlow, bodyOf(row).workload, serving.next, row)
    serving.serial[row] = NO_FLOW
  }

  /** Writes the chunk that is due, if the flow with this number goes on. Returns a flow that has come to its end, else NONE. */
  onDue(serial: number, workload: number): Serving {
    const { serving, streams, http, bodyOf } = this.parts
    const row = this.find(serial, workload)
    if (row === NONE) return NONE
    const { forNs, chunkBytes } = bodyOf(row)
    const dueTick = serving.dueTick[row]
    if (dueTick - serving.startTick[row] >= forNs) return row
    serving.chunks[row]++
    serving.lastDueTick[row] = dueTick
    streams.write(http.exchanges.stream[serving.exchange[row]], chunkBytes, CHUNK, dueTick, 0, NONE)
    this.scheduleNext(row)
    return NONE
  }

  /** Schedules the next chunk. The flow ends with one more event. */
  private scheduleNext(row: Serving): void {
    const { serving, timeline, firstWorkloadTarget, bodyOf } = this.parts
    const { forNs, workload, resumes } = bodyOf(row)
    const dueTick = serving.startTick[row] + Math.min(this.nextDueNs(row), forNs)
    const tick = Math.max(dueTick, timeline.now + 1)
    serving.dueTick[row] = resumes ? dueTick : tick
    timeline.schedule(tick, firstWorkloadTarget + workload, CHUNK_DUE, serving.serial[row])
  }

  /** Returns when the next chunk is due, in nanoseconds since the flow began. */
  private nextDueNs(row: Serving): number {
    const { serving, bodyOf } = this.parts
    const { intervalNs, earlierNs, poisson } = bodyOf(row)
    const chunk = serving.chunks[row]
    if (poisson === null) return Math.round((chunk + 1) * intervalNs - earlierNs)
    const gapNs = exactExponentialQuantile(drawFraction(poisson.hi, poisson.lo, 0, 0, chunk, 0)) * intervalNs
    const lastNs = serving.lastDueTick[row] < 0 ? 0 : serving.lastDueTick[row] - serving.startTick[row]
    return lastNs + Math.max(1, Math.round(gapNs))
  }

  /** Returns the number that identifies a flow in events, derived from its name. Arguments of events have 32 bits. */
  private serialOf(row: Serving): number {
    const { streams, http, serving } = this.parts
    return streams.table.nameHigh[http.exchanges.stream[serving.exchange[row]]] >>> 0
  }

  private find(serial: number, workload: number): Serving {
    const { serving } = this.parts
    let row = this.table.firstFlow[workload]
    while (row !== NONE && serving.serial[row] !== serial) row = serving.next[row]
    return row
  }
}
