import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { Table } from '../../engine/table.ts'
import type { NodeChange } from '../rows.ts'

/** The state that the node lifecycle controller keeps for each node; rows are indices into the plan. */
export class NodeTable implements ArenaTable {
  /** 1: the controller expects heartbeats of the node. */
  isExpected!: Uint8Array
  isReady!: Uint8Array
  heartbeats!: Float64Array
  /** Tick at which the apiserver accepted the last heartbeat; -1 for none. */
  lastHeartbeatTick!: Float64Array
  /**
   * The last heartbeat that the controller has observed (its `lastHeartbeatTick`); `probeTick` is the tick of the
   * observation.
   */
  observedHeartbeatTick!: Float64Array
  probeTick!: Float64Array
  /** Tick of the last change of readiness; -1 for none. */
  changeTick!: Float64Array
  firstChange!: Int32Array
  lastChange!: Int32Array

  constructor(arena: Arena, count: number) {
    arena.attach(this, Math.max(1, count))
  }

  layOut(columns: Columns): void {
    this.heartbeats = columns.float64()
    this.lastHeartbeatTick = columns.float64()
    this.observedHeartbeatTick = columns.float64()
    this.probeTick = columns.float64()
    this.changeTick = columns.float64()
    this.firstChange = columns.int32()
    this.lastChange = columns.int32()
    this.isExpected = columns.uint8()
    this.isReady = columns.uint8()
  }
}

/** The changes of nodes to Ready and to NotReady, linked by node in order of time. */
export class NodeChangeTable extends Table<NodeChange> {
  readonly tick = this.float64()
  readonly isReady = this.int32()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }
}
