import type { Arena } from '../engine/arena.ts'
import { EventKind } from '../engine/event-kind.ts'
import { exactExponentialQuantile } from '../engine/exact-math.ts'
import { appendRow, removeRow } from '../engine/linked-rows.ts'
import { drawFraction } from '../engine/streams.ts'
import { IndexedTable, NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Http } from '../http/http.ts'
import type { ByteStreams } from '../transport/streams/byte-stream.ts'
import { CHUNK } from './messages.ts'
import type { FlowBody, PlannedResponse } from './planned-response.ts'
import type { Serving, Workload } from './rows.ts'
import { NO_FLOW, type ServingTable } from './serving-table.ts'
import type { WorkloadTable } from './workload-table.ts'

/** The next piece of a streamed response of a workload (the target) is due. */
export const CHUNK_DUE = new EventKind('chunk due')

/** The flows of each workload. */
class FlowTable extends IndexedTable<Workload> {
  /** The flows that have begun and not ended, linked by `ServingTable.next`. */
  readonly firstFlow = this.handle<Serving>()
  /** The tick at which the first flow began; -1 before. */
  readonly originTick = this.float64(-1)
  /**
   * While no flow sends the chunks of a watch that resumes when they are due: the number, in events, of the flow that
   * did last; else NO_FLOW. Then the number of chunks that were due, and the tick at which the next is.
   */
  readonly missedSerial = this.float64(NO_FLOW)
  readonly missedChunks = this.float64()
  readonly missedDueTick = this.float64()

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}

/** An observer of flows. */
export interface FlowObserver {
  /**
   * Called at the tick at which a chunk of a workload is due, before it is written; of a watch that resumes also when
   * there is nobody to send it to.
   */
  onChunkDue(workload: number): void
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
  readonly responses: readonly PlannedResponse[]
}

/**
 * Streamed responses: a server writes chunks of one size, each when it is due. Those of one workload are the events of its
 * watch, one after the other when its connection breaks.
 */
export class Flows {
  private readonly parts: FlowsParts
  private readonly table: FlowTable
  /** The flows by workload. */
  private readonly bodies: FlowBody[] = []
  observer!: FlowObserver

  constructor(parts: FlowsParts) {
    this.parts = parts
    this.table = new FlowTable(parts.arena, parts.workloadCount)
    parts.responses.forEach(({ body }) => {
      if (body.kind === 'flow') this.bodies[body.workload] = body
    })
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
    const workloadRow = workloads.rowOf(workload)
    const completed = workloads.completed[workloadRow]
    serving.startTick[row] = goesOn ? table.originTick[workload] : timeline.now
    // The client asks for the chunks after the last one that it has (in Kubernetes, by resourceVersion).
    serving.chunks[row] = goesOn ? completed : 0
    serving.lastDueTick[row] = goesOn && completed > 0 ? workloads.lastChunkTick[workloadRow] : -1
    this.scheduleNext(row)
  }

  /** Removes a response that ends, if it is a flow. */
  end(row: Serving): void {
    const { serving, bodyOf } = this.parts
    if (serving.serial[row] === NO_FLOW) return
    const body = bodyOf(row)
    removeRow(this.table.firstFlow, body.workload, serving.next, row)
    if (body.resumes) this.noteEnd(row, body.workload)
    serving.serial[row] = NO_FLOW
  }

  /**
   * Writes the chunk that is due, if the flow with this number continues. Returns a flow that has ended; NONE if it has
   * not.
   */
  onDue(serial: number, workload: number): Serving {
    const { serving, streams, http, timeline, bodyOf } = this.parts
    const row = this.find(serial, workload)
    if (row === NONE) {
      this.onMissed(serial, workload)
      return NONE
    }
    const { forNs, chunkBytes } = bodyOf(row)
    const dueTick = serving.dueTick[row]
    if (dueTick - serving.startTick[row] >= forNs) return row
    if (dueTick === timeline.now) this.observer.onChunkDue(workload)
    serving.chunks[row]++
    serving.lastDueTick[row] = dueTick
    streams.write(http.exchanges.stream[serving.exchange[row]], chunkBytes, CHUNK, dueTick, 0, NONE)
    this.scheduleNext(row)
    return NONE
  }

  /** Schedules the next chunk. The flow ends with one more event. */
  private scheduleNext(row: Serving): void {
    const { serving, timeline, firstWorkloadTarget, bodyOf } = this.parts
    const body = bodyOf(row)
    const startTick = serving.startTick[row]
    const lastNs = serving.lastDueTick[row] < 0 ? 0 : serving.lastDueTick[row] - startTick
    const dueTick = startTick + nextDueNs(body, serving.chunks[row], lastNs)
    const tick = Math.max(dueTick, timeline.now + 1)
    serving.dueTick[row] = body.resumes ? dueTick : tick
    timeline.schedule(tick, firstWorkloadTarget + body.workload, CHUNK_DUE, serving.serial[row])
  }

  /**
   * Notes the end of a flow of a watch that resumes: its next event leads to `onMissed`, unless another flow has come
   * as far.
   */
  private noteEnd(row: Serving, workload: number): void {
    const { table } = this
    const { serving } = this.parts
    if (table.missedSerial[workload] !== NO_FLOW || this.isServed(workload, serving.dueTick[row])) return
    table.missedSerial[workload] = serving.serial[row]
    table.missedChunks[workload] = serving.chunks[row]
    table.missedDueTick[workload] = serving.dueTick[row]
  }

  /** Goes on with the chunks of a watch that has been lost, until the next flow has sent those that are due. */
  private onMissed(serial: number, workload: number): void {
    const { table } = this
    const { timeline, workloads, firstWorkloadTarget } = this.parts
    if (table.missedSerial[workload] !== serial) return timeline.noteIdleWakeUp()
    const body = this.bodies[workload]
    const dueTick = table.missedDueTick[workload]
    const sinceNs = dueTick - table.originTick[workload]
    const isOver = workloads.isDone[workloads.rowOf(workload)] === 1 || sinceNs >= body.forNs
    if (!isOver && dueTick === timeline.now) this.observer.onChunkDue(workload)
    if (isOver || this.isServed(workload, dueTick)) {
      table.missedSerial[workload] = NO_FLOW
      return
    }
    table.missedChunks[workload]++
    table.missedDueTick[workload] = table.originTick[workload] + nextDueNs(body, table.missedChunks[workload], sinceNs)
    const tick = Math.max(table.missedDueTick[workload], timeline.now + 1)
    timeline.schedule(tick, firstWorkloadTarget + workload, CHUNK_DUE, serial)
  }

  /** Returns whether a flow has sent all chunks that were due before `dueTick`. */
  private isServed(workload: number, dueTick: number): boolean {
    const { serving } = this.parts
    let row = this.table.firstFlow[workload]
    while (row !== NONE && serving.dueTick[row] < dueTick) row = serving.next[row]
    return row !== NONE
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

/**
 * Returns when the next chunk is due after `chunks` of them, the last at `lastNs`, in nanoseconds since the flow began.
 */
function nextDueNs({ intervalNs, earlierNs, poisson, forNs }: FlowBody, chunks: number, lastNs: number): number {
  if (poisson === null) return Math.min(forNs, Math.round((chunks + 1) * intervalNs - earlierNs))
  const gapNs = exactExponentialQuantile(drawFraction(poisson.hi, poisson.lo, 0, 0, chunks, 0)) * intervalNs
  return Math.min(forNs, lastNs + Math.max(1, Math.round(gapNs)))
}
