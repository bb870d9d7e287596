import type { Arena } from '../engine/arena.ts'
import { placesOf, Table } from '../engine/table.ts'
import type { HostQueue, Job, Program } from './rows.ts'

/** Jobs: work that has been reserved on a core, and programs that wait for a turn. */
export class JobTable extends Table<Job> {
  readonly previous = this.handle<Job>()
  /** Neighbours among the jobs of one program that wait for a turn. */
  readonly previousOfProgram = this.handle<Job>()
  readonly nextOfProgram = this.handle<Job>()
  readonly serial = this.uint32()
  readonly program = this.handle<Program>()
  readonly worker = this.int32()
  readonly row = this.int32()
  readonly rowGeneration = this.uint32()
  readonly step = this.int32()
  /** The core on which work runs, and when; NONE when it needs no core. */
  readonly core = this.int32()
  readonly startTick = this.float64()
  readonly doneTick = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/** The work of each host. */
export class HostQueueTable extends Table<HostQueue> {
  /** The host whose cores this host uses: usually itself. */
  readonly machine = this.handle<HostQueue>()
  readonly firstCore = this.int32()
  readonly coreCount = this.int32()
  readonly nextSerial = this.uint32()
  readonly firstJob = this.handle<Job>()
  /** The number of jobs under way on the cores of a machine. */
  readonly jobCount = this.int32()
  /** The time that the cores of a machine spent on work that has ended. */
  readonly busyNs = this.float64()
  /** The jobs that wait for a turn of a machine, first come, first served. */
  readonly firstWaiting = this.handle<Job>()
  readonly lastWaiting = this.handle<Job>()

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }

  /** Returns the row of a host. */
  rowOf(host: number): HostQueue {
    return this.rowAt(host * this.stride)
  }
}

/**
 * Programs. The first rows are the hosts; each stands for everything that runs on the host, as one program with many
 * threads. The other programs are single-threaded.
 */
export class ProgramTable extends Table<Program> {
  readonly host = this.int32()
  readonly hasOneThread = this.int32()
  readonly hasEnded = this.int32()
  readonly jobCount = this.int32()
  /** The turns that the program waits for, first come, first served. */
  readonly firstWaiting = this.handle<Job>()
  readonly lastWaiting = this.handle<Job>()

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }

  /** Returns the row of a program. */
  rowOf(program: number): Program {
    return this.rowAt(program * this.stride)
  }
}

/** The places of the columns of jobs, of hosts' queues and of programs (`Table.int32s`). */
export const JOB_PLACES = placesOf((arena) => new JobTable(arena))
export const QUEUE_PLACES = placesOf((arena) => new HostQueueTable(arena, 1))
export const PROGRAM_PLACES = placesOf((arena) => new ProgramTable(arena, 1))
