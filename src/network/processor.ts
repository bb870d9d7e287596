import type { Arena, Columns } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { NONE, Table } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ActivityTable } from './activity.ts'
import { WORK_DONE } from './event-kinds.ts'

/** Who had the work done: rows of tables that know how to go on. */
export interface Worker {
  /** `step` is what the worker gave with the work. */
  onWorkDone(row: number, step: number): void
  /** True while `row` is still the one that gave the work. */
  isPresent(row: number, generation: number): boolean
}

class JobTable extends Table {
  serial!: Uint32Array
  worker!: Int32Array
  row!: Int32Array
  rowGeneration!: Uint32Array
  step!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.serial = columns.uint32()
    this.worker = columns.int32()
    this.row = columns.int32()
    this.rowGeneration = columns.uint32()
    this.step = columns.int32()
  }
}

class CoreTable extends Table {
  freeTick!: Float64Array

  constructor(arena: Arena, cores: number) {
    super(arena, cores)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.freeTick = columns.float64()
  }
}

class HostQueueTable extends Table {
  firstCore!: Int32Array
  coreCount!: Int32Array
  nextSerial!: Uint32Array
  firstJob!: Int32Array

  constructor(arena: Arena, hosts: number) {
    super(arena, hosts)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.firstCore = columns.int32()
    this.coreCount = columns.int32()
    this.nextSerial = columns.uint32()
    this.firstJob = columns.int32()
  }
}

/**
 * The cores of every host. Work waits its turn: it starts as soon as a core is free, in the order in which it came,
 * and is never interrupted. Work of one stream runs one piece after the other, as one goroutine's does.
 */
export class Processors {
  private readonly timeline: Timeline
  readonly activities: ActivityTable
  private readonly hosts: HostQueueTable
  private readonly cores: CoreTable
  private readonly jobs: JobTable
  private readonly workers: Worker[] = []
  private readonly firstTarget: number

  /** `coresByHost` in host order; `firstTarget` is the event target of host 0. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    activities: ActivityTable,
    coresByHost: readonly number[],
    firstTarget: number,
  ) {
    this.timeline = timeline
    this.activities = activities
    this.firstTarget = firstTarget
    this.hosts = new HostQueueTable(arena, Math.max(1, coresByHost.length))
    this.cores = new CoreTable(
      arena,
      Math.max(
        1,
        coresByHost.reduce((sum, cores) => sum + cores, 0),
      ),
    )
    this.jobs = new JobTable(arena)
    for (const cores of coresByHost) this.addHost(cores)
  }

  /** Returns the number by which the worker's jobs are known. */
  register(worker: Worker): number {
    return this.workers.push(worker) - 1
  }

  /**
   * Lets `host` work `costNs` for `worker`'s row, not before `notBeforeTick`, and then calls `onWorkDone`. Returns
   * the tick at which it will be done. Work that costs nothing and need not wait is done at once.
   */
  run(
    host: number,
    costNs: number,
    notBeforeTick: number,
    activity: number,
    worker: number,
    row: number,
    generation: number,
    step: number,
  ): number {
    const now = this.timeline.now
    if (costNs === 0 && notBeforeTick <= now) {
      this.workers[worker].onWorkDone(row, step)
      return now
    }
    const ready = notBeforeTick > now ? notBeforeTick : now
    const core = costNs === 0 ? NONE : this.coreFor(host, ready)
    const start = core !== NONE && this.cores.freeTick[core] > ready ? this.cores.freeTick[core] : ready
    const done = Math.max(start + costNs, now + 1)
    if (core !== NONE) this.cores.freeTick[core] = done
    this.activities.worksUntil(activity, done)
    this.enqueue(host, done, worker, row, generation, step)
    return done
  }

  /** The event WORK_DONE of a host. */
  finish(host: number, serial: number): void {
    const job = this.takeJob(host, serial)
    if (job === NONE) return
    const worker = this.workers[this.jobs.worker[job]]
    const row = this.jobs.row[job]
    const generation = this.jobs.rowGeneration[job]
    const step = this.jobs.step[job]
    this.jobs.release(job)
    if (worker.isPresent(row, generation)) worker.onWorkDone(row, step)
  }

  /** A restart: what the host was working on is gone. */
  forget(host: number): void {
    for (let job = this.hosts.firstJob[host]; job !== NONE; ) {
      const next = this.jobs.next[job]
      this.jobs.release(job)
      job = next
    }
    this.hosts.firstJob[host] = NONE
    const first = this.hosts.firstCore[host]
    for (let core = first; core < first + this.hosts.coreCount[host]; core++)
      this.cores.freeTick[core] = this.timeline.now
  }

  private addHost(cores: number): void {
    assert(cores >= 1, 'a host has a core')
    const host = this.hosts.allocate()
    this.hosts.firstCore[host] = this.cores.count
    this.hosts.coreCount[host] = cores
    this.hosts.nextSerial[host] = 0
    this.hosts.firstJob[host] = NONE
    for (let i = 0; i < cores; i++) {
      const core = this.cores.allocate()
      this.cores.freeTick[core] = 0
    }
  }

  /** Of the cores that are free by `readyTick` the last to become so, which leaves the others to others; else the first. */
  private coreFor(host: number, readyTick: number): number {
    const { freeTick } = this.cores
    const first = this.hosts.firstCore[host]
    let best = first
    for (let core = first + 1; core < first + this.hosts.coreCount[host]; core++) {
      const isEarlier = freeTick[core] < freeTick[best]
      if (freeTick[best] > readyTick ? isEarlier : !isEarlier && freeTick[core] <= readyTick) best = core
    }
    return best
  }

  private enqueue(host: number, tick: number, worker: number, row: number, generation: number, step: number): void {
    const job = this.jobs.allocate()
    const serial = this.hosts.nextSerial[host]++
    this.jobs.serial[job] = serial
    this.jobs.worker[job] = worker
    this.jobs.row[job] = row
    this.jobs.rowGeneration[job] = generation
    this.jobs.step[job] = step
    this.jobs.next[job] = this.hosts.firstJob[host]
    this.hosts.firstJob[host] = job
    this.timeline.schedule(tick, this.firstTarget + host, WORK_DONE, serial)
  }

  /** NONE: a restart came between. Few jobs are pending on a host, so that a walk is the simplest index. */
  private takeJob(host: number, serial: number): number {
    let before = NONE
    for (let job = this.hosts.firstJob[host]; job !== NONE; job = this.jobs.next[job]) {
      if (this.jobs.serial[job] === serial) {
        if (before === NONE) this.hosts.firstJob[host] = this.jobs.next[job]
        else this.jobs.next[before] = this.jobs.next[job]
        return job
      }
      before = job
    }
    return NONE
  }
}
