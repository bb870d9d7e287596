import type { Arena } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { EventKind } from '../engine/event-kind.ts'
import { linkLast, unlinkRow } from '../engine/linked-rows.ts'
import { NONE } from '../engine/table.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { ActivityTable } from './activity.ts'
import { Cores } from './cores.ts'
import { HostQueueTable, JOB_PLACES, JobTable, PROGRAM_PLACES, ProgramTable, QUEUE_PLACES } from './processor-tables.ts'
import type { Activity, HostQueue, Job, Program } from './rows.ts'

/** A piece of work on a host (the target) is done. */
export const WORK_DONE = new EventKind('work done')

const {
  next: NEXT,
  serial: SERIAL,
  program: PROGRAM,
  worker: WORKER,
  row: ROW,
  rowGeneration: ROW_GENERATION,
  step: STEP,
} = JOB_PLACES
const {
  machine: MACHINE,
  firstCore: FIRST_CORE,
  coreCount: CORE_COUNT,
  firstJob: FIRST_JOB,
  jobCount: JOB_COUNT,
  firstWaiting: FIRST_WAITING,
} = QUEUE_PLACES
const { host: HOST, hasEnded: HAS_ENDED, jobCount: PROGRAM_JOB_COUNT } = PROGRAM_PLACES

/** A part of the simulation for which work is done, identified by rows of its tables. */
export interface Worker {
  /** Called when the work is done. `step` is the number that the worker gave with it. */
  onWorkDone(row: number, step: number): void
  /** Returns whether `row` still belongs to the part that requested the work. */
  isPresent(row: number, generation: number): boolean
}

/** The cores of a host: its own, or those of another host that has its own. */
export interface HostCores {
  readonly cores: number
  /** The index of the host whose cores this host uses; NONE for its own. */
  readonly coresOf: number
}

/**
 * The cores of all hosts. Work starts as soon as a core is free, in the order of arrival, and is never interrupted.
 * Work of one stream is done one piece after the other, as by one goroutine.
 *
 * A program that reads from a socket needs a turn to do so. It has one at once while a core is free. Otherwise the
 * running program continues until it waits for something (as under SCHED_FIFO), and then turns are granted in the order
 * in which they were requested.
 *
 * A program is identified by a number: that of its host, or what `startProgram` returned.
 */
export class Processors {
  private readonly timeline: Timeline
  readonly activities: ActivityTable
  private readonly hosts: HostQueueTable
  private readonly cores: Cores
  private readonly jobs: JobTable
  private readonly programs: ProgramTable
  private readonly workers: Worker[] = []
  private readonly firstTarget: number
  /** The program that is running inside the current event; NONE between events. */
  private runningProgram: Program = NONE
  /**
   * True while the first work of each event is held back from the queue of events, until the loop over events calls
   * `finishHeld` or `enqueueHeld` before it takes another one. Most work ends before anything else happens, and then needs
   * no job and no event.
   */
  private mayHold = false
  /** True while work is held back. */
  holds = false
  /** The tick at which the work that is held back ends. The fields below are what its job would have. */
  heldTick = Number.NaN
  private heldStartTick = Number.NaN
  private heldHost = 0
  private heldSerial = 0
  private heldProgram: Program = NONE
  private heldCore = 0
  private heldWorker = 0
  private heldRow = 0
  private heldGeneration = 0
  private heldStep = 0

  /** `coresByHost` is in host order; `firstTarget` is the event target of host 0. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    activities: ActivityTable,
    coresByHost: readonly HostCores[],
    firstTarget: number,
  ) {
    this.timeline = timeline
    this.activities = activities
    this.firstTarget = firstTarget
    timeline.handle(WORK_DONE, firstTarget, (host, serial) => this.finish(host, serial))
    this.hosts = new HostQueueTable(arena, Math.max(1, coresByHost.length))
    const coreCount = coresByHost.reduce((sum, { cores, coresOf }) => sum + (coresOf === NONE ? cores : 0), 0)
    this.cores = new Cores(arena, Math.max(1, coreCount))
    this.jobs = new JobTable(arena)
    this.programs = new ProgramTable(arena, Math.max(1, coresByHost.length))
    for (const _ of coresByHost) this.addHost()
    coresByHost.forEach(({ cores, coresOf }, host) => {
      if (coresOf === NONE) this.addCores(host, cores)
    })
    coresByHost.forEach(({ coresOf }, host) => {
      if (coresOf !== NONE) this.shareCores(host, coresOf)
    })
  }

  /** Registers a worker and returns its number. */
  register(worker: Worker): number {
    return this.workers.push(worker) - 1
  }

  /** Starts a single-threaded program, whose jobs run one after the other. Returns its number. */
  startProgram(host: number): number {
    return this.programs.indexOf(this.addProgram(host, true))
  }

  endProgram(program: number): void {
    const row = this.programs.rowOf(program)
    this.programs.hasEnded[row] = 1
    this.releaseIfOver(row)
  }

  /**
   * Runs work of `costNs` on a core of the program's host, not before `notBeforeTick`, and then calls `onWorkDone` of
   * the worker with its row. Returns the tick at which the work is done. Work that costs nothing and need not wait is
   * done at once.
   */
  run(
    program: number,
    costNs: number,
    notBeforeTick: number,
    activity: Activity,
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
    const { cores, hosts, programs } = this
    const programRow = programs.rowOf(program)
    const host = programs.int32s[programRow + HOST]
    const queue = hosts.rowOf(host)
    let core: number = NONE
    let start = ready
    if (costNs > 0) {
      core = cores.choose(hosts.int32s[queue + FIRST_CORE], hosts.int32s[queue + CORE_COUNT], ready, costNs)
      start = cores.chosenStart
    }
    const end = start + costNs
    const done = end > now ? end : now + 1
    if (core !== NONE) cores.reserve(core, start, done, now)
    this.activities.recordWork(activity, done)
    const serial = hosts.nextSerial[queue]++
    hosts.jobCount[hosts.machine[queue]]++
    programs.jobCount[programRow]++
    if (!this.mayHold || this.holds) {
      const job = this.newJob(programRow, worker, row, generation, step)
      this.enqueue(host, serial, job, core, start, done)
      return done
    }
    this.holds = true
    this.heldTick = done
    this.heldStartTick = start
    this.heldHost = host
    this.heldSerial = serial
    this.heldProgram = programRow
    this.heldCore = core
    this.heldWorker = worker
    this.heldRow = row
    this.heldGeneration = generation
    this.heldStep = step
    return done
  }

  /** Begins to hold work, for a loop over events. */
  beginHolding(): void {
    this.mayHold = true
    this.holds = false
  }

  endHolding(): void {
    this.enqueueHeld()
    this.mayHold = false
  }

  /** Handles the end of the work that is held, as `finish` does. */
  finishHeld(): void {
    const { hosts } = this
    const program = this.heldProgram
    const machine = this.machineOf(this.heldHost)
    this.holds = false
    if (this.heldCore !== NONE) hosts.busyNs[machine] += this.heldTick - this.heldStartTick
    hosts.jobCount[machine]--
    this.programs.jobCount[program]--
    this.runningProgram = program
    this.releaseIfOver(program)
    this.resume(this.heldWorker, this.heldRow, this.heldGeneration, this.heldStep)
    if (hosts.firstWaiting[machine] !== NONE) this.grantTurns(machine, program)
  }

  /** Schedules the end of the work that is held, if any is. */
  enqueueHeld(): void {
    if (!this.holds) return
    this.holds = false
    const job = this.newJob(this.heldProgram, this.heldWorker, this.heldRow, this.heldGeneration, this.heldStep)
    this.enqueue(this.heldHost, this.heldSerial, job, this.heldCore, this.heldStartTick, this.heldTick)
  }

  private enqueue(host: number, serial: number, job: Job, core: number, startTick: number, doneTick: number): void {
    const { hosts, jobs } = this
    const queue = hosts.rowOf(host)
    jobs.core[job] = core
    jobs.startTick[job] = startTick
    jobs.doneTick[job] = doneTick
    jobs.serial[job] = serial
    jobs.next[job] = hosts.firstJob[queue]
    hosts.firstJob[queue] = job
    this.timeline.schedule(doneTick, this.firstTarget + host, WORK_DONE, serial)
  }

  /** Returns the time that the cores of a host spent on work that has ended. */
  busyNsOf(host: number): number {
    return this.hosts.busyNs[this.hosts.rowOf(host)]
  }

  coreCountOf(host: number): number {
    return this.hosts.coreCount[this.hosts.rowOf(host)]
  }

  /** Returns whether a program can run now: a core is idle, or the program is the one that is running. */
  hasTurn(program: number): boolean {
    const { hosts, programs } = this
    const row = programs.rowOf(program)
    const machine = this.machineOf(programs.host[row])
    if (hosts.jobCount[machine] === 0) return true
    if (!this.isFreeToAct(row)) return false
    return row === this.runningProgram || this.hasIdleCore(machine)
  }

  /** Requests a turn for a program that has none now; `onWorkDone` is called when it has one. */
  awaitTurn(program: number, worker: number, row: number, generation: number, step: number): void {
    const { hosts, jobs, programs } = this
    const programRow = programs.rowOf(program)
    const machine = this.machineOf(programs.host[programRow])
    assert(hosts.jobCount[machine] > 0, 'a program waits for a turn only while a core is busy')
    const job = this.newJob(programRow, worker, row, generation, step)
    const { previousOfProgram, nextOfProgram } = jobs
    linkLast(hosts.firstWaiting, hosts.lastWaiting, machine, jobs.previous, jobs.next, job)
    linkLast(programs.firstWaiting, programs.lastWaiting, programRow, previousOfProgram, nextOfProgram, job)
  }

  /** Handles the event WORK_DONE of a host. That of work which was discarded is an idle wake-up. */
  finish(host: number, serial: number): void {
    const { hosts, programs } = this
    const queue = hosts.rowOf(host)
    const job = this.takeJob(queue, serial)
    if (job === NONE) return this.timeline.noteIdleWakeUp()
    const program = programs.rowAt(this.jobs.int32s[job + PROGRAM])
    const { int32s: queues } = hosts
    const machine = hosts.rowAt(queues[queue + MACHINE])
    if (this.jobs.core[job] !== NONE) hosts.busyNs[machine] += this.jobs.doneTick[job] - this.jobs.startTick[job]
    queues[machine + JOB_COUNT]--
    programs.int32s[program + PROGRAM_JOB_COUNT]--
    this.runJob(job)
    if (hosts.int32s[machine + FIRST_WAITING] !== NONE) this.grantTurns(machine, program)
  }

  /** Discards the work of a host that restarts, and the turns that its programs wait for. */
  discardWork(host: number): void {
    this.enqueueHeld()
    const { hosts, jobs } = this
    const row = hosts.rowOf(host)
    const machine = this.machineOf(host)
    for (let job = hosts.firstJob[row]; job !== NONE; ) {
      const next = jobs.next[job]
      hosts.jobCount[machine]--
      this.programs.jobCount[jobs.program[job]]--
      this.releaseJob(job)
      job = next
    }
    hosts.firstJob[row] = NONE
    this.discardWaiting(machine, host)
    this.freeCores(machine)
    this.grantTurns(machine, NONE)
  }

  /** Frees the cores of a machine, except for work of other hosts that share them, which keeps its times. */
  private freeCores(machine: HostQueue): void {
    const { cores, hosts, jobs, timeline } = this
    cores.clear(hosts.firstCore[machine], hosts.coreCount[machine], timeline.now)
    for (const host of hosts.everyRow()) {
      if (hosts.machine[host] !== machine) continue
      for (let job = hosts.firstJob[host]; job !== NONE; job = jobs.next[job])
        if (jobs.core[job] !== NONE)
          cores.reserveAgain(jobs.core[job], jobs.startTick[job], jobs.doneTick[job], timeline.now)
    }
  }

  private discardWaiting(machine: HostQueue, host: number): void {
    const { hosts, jobs, programs } = this
    for (let job = hosts.firstWaiting[machine]; job !== NONE; ) {
      const next = jobs.next[job]
      if (programs.host[jobs.program[job]] === host) {
        this.removeWaiting(machine, job)
        this.releaseJob(job)
      }
      job = next
    }
  }

  private removeWaiting(machine: HostQueue, job: Job): void {
    const { hosts, jobs, programs } = this
    const { previousOfProgram, nextOfProgram } = jobs
    unlinkRow(hosts.firstWaiting, hosts.lastWaiting, machine, jobs.previous, jobs.next, job)
    unlinkRow(programs.firstWaiting, programs.lastWaiting, jobs.program[job], previousOfProgram, nextOfProgram, job)
  }

  private addHost(): void {
    const { hosts } = this
    const row = hosts.allocate()
    const host = hosts.indexOf(row)
    hosts.machine[row] = row
    const program = this.programs.indexOf(this.addProgram(host, false))
    assert(program === host, 'the number of a host is that of its program')
  }

  private addCores(host: number, cores: number): void {
    assert(cores >= 1, 'a host has at least one core')
    const row = this.hosts.rowOf(host)
    this.hosts.firstCore[row] = this.cores.count
    this.hosts.coreCount[row] = cores
    for (let i = 0; i < cores; i++) this.cores.add()
  }

  private shareCores(host: number, machine: number): void {
    const { hosts } = this
    const row = hosts.rowOf(host)
    const other = hosts.rowOf(machine)
    assert(hosts.machine[other] === other, 'cores are shared with a host that has its own')
    hosts.machine[row] = other
    hosts.firstCore[row] = hosts.firstCore[other]
    hosts.coreCount[row] = hosts.coreCount[other]
  }

  private addProgram(host: number, hasOneThread: boolean): Program {
    const { programs } = this
    const program = programs.allocate()
    programs.host[program] = host
    programs.hasOneThread[program] = hasOneThread ? 1 : 0
    return program
  }

  /** Releases a program that has ended, unless its work is still under way. */
  private releaseIfOver(program: Program): void {
    const { programs } = this
    if (programs.int32s[program + HAS_ENDED] === 0) return
    if (programs.jobCount[program] > 0 || programs.firstWaiting[program] !== NONE) return
    programs.hasEnded[program] = 0
    programs.release(program)
  }

  /** Returns the row of the host whose cores a host uses. */
  private machineOf(host: number): HostQueue {
    const { hosts } = this
    return hosts.machine[hosts.rowOf(host)]
  }

  private hasIdleCore(machine: HostQueue): boolean {
    return this.cores.hasIdle(this.hosts.firstCore[machine], this.hosts.coreCount[machine], this.timeline.now)
  }

  private newJob(program: Program, worker: number, row: number, generation: number, step: number): Job {
    const { jobs } = this
    const job = jobs.allocateUnset()
    const { int32s: words } = jobs
    words[job + PROGRAM] = program
    words[job + WORKER] = worker
    words[job + ROW] = row
    words[job + ROW_GENERATION] = generation
    words[job + STEP] = step
    return job
  }

  /**
   * Removes a job from the list of its host; returns NONE when a restart has discarded it. A host has few pending jobs,
   * so walking the list is fast enough.
   */
  private takeJob(queue: HostQueue, serial: number): Job {
    const { jobs } = this
    const { int32s: words } = jobs
    const { int32s: queues } = this.hosts
    let before: number = NONE
    for (let job = queues[queue + FIRST_JOB]; job !== NONE; job = words[job + NEXT]) {
      if (words[job + SERIAL] === (serial | 0)) {
        if (before === NONE) queues[queue + FIRST_JOB] = words[job + NEXT]
        else words[before + NEXT] = words[job + NEXT]
        return jobs.rowAt(job)
      }
      before = job
    }
    return NONE
  }

  private releaseJob(job: Job): void {
    this.jobs.release(job)
    this.releaseIfOver(this.jobs.program[job])
  }

  /** Lets the worker of a job continue, as the program that is running. */
  private runJob(job: Job): void {
    const { jobs } = this
    const { int32s: words } = jobs
    const worker = words[job + WORKER]
    const row = words[job + ROW]
    const generation = words[job + ROW_GENERATION] >>> 0
    const step = words[job + STEP]
    this.runningProgram = this.programs.rowAt(words[job + PROGRAM])
    this.releaseJob(job)
    this.resume(worker, row, generation, step)
  }

  /** Lets a worker continue inside the program that is running, if it is still there. */
  private resume(workerKind: number, row: number, generation: number, step: number): void {
    const worker = this.workers[workerKind]
    if (worker.isPresent(row, generation)) worker.onWorkDone(row, step)
    this.runningProgram = NONE
  }

  /** Grants turns while a core is idle: first to `program`, which has just run there, then to the others. */
  private grantTurns(machine: HostQueue, program: Program): void {
    let holder = program
    while (this.hosts.firstWaiting[machine] !== NONE && this.hasIdleCore(machine)) {
      const job = this.takeWaiting(machine, holder)
      if (job === NONE) return
      holder = this.jobs.program[job]
      this.runJob(job)
    }
  }

  /** Removes and returns the first waiting job of `holder` that can run, or else the first of all that can run. */
  private takeWaiting(machine: HostQueue, holder: Program): Job {
    const { hosts, jobs, programs } = this
    let job: Job = holder !== NONE && this.isFreeToAct(holder) ? programs.firstWaiting[holder] : NONE
    if (job === NONE) job = hosts.firstWaiting[machine]
    while (job !== NONE && !this.isFreeToAct(jobs.program[job])) job = jobs.next[job]
    if (job !== NONE) this.removeWaiting(machine, job)
    return job
  }

  private isFreeToAct(program: Program): boolean {
    return this.programs.hasOneThread[program] === 0 || this.programs.jobCount[program] === 0
  }
}
