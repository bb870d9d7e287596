import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { NodeChange } from '../rows.ts'

/** What is known of each node: its row is its index in the plan. */
export class NodeTable implements ArenaTable {
  /** Its heartbeats are expected. */
  isExpected!: Uint8Array
  isReady!: Uint8Array
  heartbeats!: Float64Array
  /** When the apiserver took the last one; -1: none yet. */
  lastHeartbeatTick!: Float64Array
  /** The last one that the monitor has seen, and when it saw it. */
  seenHeartbeatTick!: Float64Array
  probeTick!: Float64Array
  /** Of the last change; -1: none. */
  changeTick!: Float64Array
  /** When its pods were first evicted; -1: never. */
  evictedTick!: Float64Array
  firstChange!: Int32Array
  lastChange!: Int32Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
  }

  layOut(columns: Columns): void {
    this.heartbeats = columns.float64()
    this.lastHeartbeatTick = columns.float64()
    this.seenHeartbeatTick = columns.float64()
    this.probeTick = columns.float64()
    this.changeTick = columns.float64()
    this.evictedTick = columns.float64()
    this.firstChange = columns.int32()
    this.lastChange = columns.int32()
    this.isExpected = columns.uint8()
    this.isReady = columns.uint8()
  }
}

/** Each time that a node became Ready or NotReady, linked by node, in their order. */
export class NodeChangeTable extends Table<NodeChange> {
  readonly tick = this.float64()
  readonly isReady = this.uint8()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}
