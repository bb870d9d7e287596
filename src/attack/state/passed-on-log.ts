import type { ProxyObserver } from '../../cluster/apiserver/proxy-observer.ts'
import type { Arena } from '../../engine/arena.ts'
import { IndexedTable, NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/streams/failure.ts'
import type { AttackPlan } from '../attack-plan.ts'
import type { PassedOnEntry, PassedOnPiece } from '../rows.ts'

/** The values of `end`, besides the indices of FAILURE_REASONS. */
const OPEN = -1
const COMPLETED = -2
const WITHDRAWN = -3

class PassedOnTable extends IndexedTable<PassedOnEntry> {
  readonly path = this.int32()
  readonly request = this.int32()
  readonly startTick = this.float64()
  readonly endTick = this.float64()
  readonly end = this.int32(OPEN)
  readonly hasPieces = this.uint8()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** The pieces of streams, and typed keys, of these requests. */
class PassedOnPieceTable extends IndexedTable<PassedOnPiece> {
  readonly path = this.int32()
  readonly sentTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}

/** A request of a user that the apiserver forwarded along a path, and how it ended. */
export interface PassedOn {
  /**
   * The number of messages that it counts as, in addition to its pieces: 0 if it had pieces, which are the messages.
   */
  readonly messages: 0 | 1
  /** The index of what was requested, in the plan. */
  readonly request: number
  readonly startTick: number
  readonly endTick: number
  /** `open`: it had not ended when the run did; `withdrawn`: the user did not wait for the end. */
  readonly end: 'completed' | 'open' | 'withdrawn' | FailureReason
}

/**
 * The users' requests that the apiserver forwarded along each path, in the order in which they began. They count as
 * requests of the path, like those of its workloads.
 */
export class PassedOnLog implements ProxyObserver {
  private readonly table: PassedOnTable
  private readonly pieces: PassedOnPieceTable
  private readonly timeline: Timeline
  private readonly plan: AttackPlan

  constructor(arena: Arena, timeline: Timeline, plan: AttackPlan) {
    this.table = new PassedOnTable(arena)
    this.pieces = new PassedOnPieceTable(arena)
    this.timeline = timeline
    this.plan = plan
  }

  onSending(request: number): number {
    const path = this.plan.requests[request]?.path ?? NONE
    if (path === NONE) return NONE
    const { table } = this
    const row = table.allocate()
    table.path[row] = path
    table.request[row] = request
    table.startTick[row] = this.timeline.now
    return row
  }

  onPiece(observed: number, sentTick: number): void {
    const { table, pieces } = this
    table.hasPieces[observed] = 1
    const row = pieces.allocate()
    pieces.path[row] = table.path[observed]
    pieces.sentTick[row] = sentTick
  }

  onEnded(observed: number, failure: FailureReason | null, isWithdrawn: boolean): void {
    const { table } = this
    table.endTick[observed] = this.timeline.now
    const how = failure === null ? COMPLETED : FAILURE_REASONS.indexOf(failure)
    table.end[observed] = isWithdrawn ? WITHDRAWN : how
  }

  /** Returns the requests along each of `paths` paths. */
  byPath(paths: number): readonly (readonly PassedOn[])[] {
    const { table } = this
    const found: PassedOn[][] = Array.from({ length: paths }, () => [])
    for (const row of table.everyRow())
      found[table.path[row]].push({
        messages: table.hasPieces[row] === 1 ? 0 : 1,
        request: table.request[row],
        startTick: table.startTick[row],
        endTick: table.endTick[row],
        end: nameOf(table.end[row]),
      })
    return found
  }

  /** Returns when each piece of the requests along each of `paths` paths was sent. */
  piecesByPath(paths: number): readonly (readonly number[])[] {
    const { pieces } = this
    const found: number[][] = Array.from({ length: paths }, () => [])
    for (const row of pieces.everyRow()) found[pieces.path[row]].push(pieces.sentTick[row])
    return found
  }
}

function nameOf(end: number): PassedOn['end'] {
  if (end === COMPLETED) return 'completed'
  if (end === WITHDRAWN) return 'withdrawn'
  return end === OPEN ? 'open' : FAILURE_REASONS[end]
}
