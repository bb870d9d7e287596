import type { Arena, Columns } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'

/** Work under way, and turns that are waited for. */
export class JobTable extends Table {
  serial!: Uint32Array
  program!: Int32Array
  worker!: Int32Array
  row!: Int32Array
  rowGeneration!: Uint32Array
  step!: Int32Array
  /** Of work: where and when it is done; NONE: on no core. */
  core!: Int32Array
  startTick!: Float64Array
  doneTick!: Float64Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.serial = columns.uint32()
    this.program = columns.int32()
    this.worker = columns.int32()
    this.row = columns.int32()
    this.rowGeneration = columns.uint32()
    this.step = columns.int32()
    this.core = columns.int32()
    this.startTick = columns.float64()
    this.doneTick = columns.float64()
  }
}

/** By host. */
export class HostQueueTable extends Table {
  /** The host whose cores it works on: itself, as a rule. */
  machine!: Int32Array
  firstCore!: Int32Array
  coreCount!: Int32Array
  nextSerial!: Uint32Array
  firstJob!: Int32Array
  /** Of a machine: work under way on its cores, and who waits for a turn, first come first. */
  jobCount!: Int32Array
  firstWaiting!: Int32Array
  lastWaiting!: Int32Array

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.machine = columns.int32()
    this.firstCore = columns.int32()
    this.coreCount = columns.int32()
    this.nextSerial = columns.uint32()
    this.firstJob = columns.int32()
    this.jobCount = columns.int32()
    this.firstWaiting = columns.int32()
    this.lastWaiting = columns.int32()
  }
}

/** The first rows are the hosts': what runs on each as one program with many threads. The others have one thread. */
export class ProgramTable extends Table {
  host!: Int32Array
  hasOneThread!: Uint8Array
  hasEnded!: Uint8Array
  jobCount!: Int32Array
  /** Turns that it waits for. */
  waitingCount!: Int32Array

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.host = columns.int32()
    this.jobCount = columns.int32()
    this.waitingCount = columns.int32()
    this.hasOneThread = columns.uint8()
    this.hasEnded = columns.uint8()
  }
}
