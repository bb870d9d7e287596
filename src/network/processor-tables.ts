import type { Arena } from '../engine/arena.ts'
import { IndexedTable, Table } from '../engine/table.ts'
import type { HostQueue, Job, Program } from './rows.ts'

/** Work under way, and turns that are waited for. */
export class JobTable extends Table<Job> {
  readonly serial = this.uint32()
  readonly program = this.int32()
  readonly worker = this.int32()
  readonly row = this.int32()
  readonly rowGeneration = this.uint32()
  readonly step = this.int32()
  /** Of work: where and when it is done; NONE: on no core. */
  readonly core = this.int32()
  readonly startTick = this.float64()
  readonly doneTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/** By host. */
export class HostQueueTable extends IndexedTable<HostQueue> {
  /** The host whose cores it works on: itself, as a rule. */
  readonly machine = this.int32()
  readonly firstCore = this.int32()
  readonly coreCount = this.int32()
  readonly nextSerial = this.uint32()
  readonly firstJob = this.handle<Job>()
  /** Of a machine: work under way on its cores, and who waits for a turn, first come first. */
  readonly jobCount = this.int32()
  readonly firstWaiting = this.handle<Job>()
  readonly lastWaiting = this.handle<Job>()

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }
}

/** The first rows are the hosts': what runs on each as one program with many threads. The others have one thread. */
export class ProgramTable extends IndexedTable<Program> {
  readonly host = this.int32()
  readonly hasOneThread = this.uint8()
  readonly hasEnded = this.uint8()
  readonly jobCount = this.int32()
  /** Turns that it waits for. */
  readonly waitingCount = this.int32()

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }
}
