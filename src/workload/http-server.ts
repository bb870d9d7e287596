import type { Arena, Columns } from '../engine/arena.ts'
import { NONE, Table } from '../engine/table.ts'
import { NS_PER_S } from '../engine/ticks.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Processors, Worker } from '../network/processor.ts'
import { verifyToken } from '../security/bearer-token.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { ByteStreams, StreamUser } from '../transport/byte-stream.ts'
import type { Workload } from './workload.ts'

/** Kinds of marks on a stream that carries HTTP. */
export const HTTP_REQUEST = 1
const HTTP_RESPONSE = 2

/** Values of a response's mark. */
export const STATUS_OK = 200
const STATUS_UNAUTHORIZED = 401

/** What Kubernetes' own tokens are for, unless a scenario says otherwise. */
const AUDIENCE = 'api'

const ACCEPTED = NONE

class HttpSessionTable extends Table {
  stream!: Int32Array
  hasEnded!: Uint8Array
  requestsInWork!: Int32Array

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.stream = columns.int32()
    this.requestsInWork = columns.int32()
    this.hasEnded = columns.uint8()
  }
}

/** Answers requests with as many bytes as the workload that asks wants, after the work that this takes. */
export class HttpServers implements StreamUser, Worker {
  private readonly sessions: HttpSessionTable
  private readonly timeline: Timeline
  private readonly streams: ByteStreams
  private readonly processors: Processors
  private readonly workloads: readonly Workload[]
  private readonly cpus: readonly CpuProfile[]
  private readonly userKind: number
  private readonly workerKind: number

  constructor(
    arena: Arena,
    timeline: Timeline,
    streams: ByteStreams,
    processors: Processors,
    workloads: readonly Workload[],
    cpus: readonly CpuProfile[],
  ) {
    this.sessions = new HttpSessionTable(arena)
    this.timeline = timeline
    this.streams = streams
    this.processors = processors
    this.workloads = workloads
    this.cpus = cpus
    this.userKind = streams.registerUser(this)
    this.workerKind = processors.register(this)
  }

  /** Serves a stream that is or will be open. */
  serve(stream: number): void {
    const session = this.sessions.allocate()
    this.sessions.stream[session] = stream
    this.sessions.hasEnded[session] = 0
    this.sessions.requestsInWork[session] = 0
    this.streams.attach(stream, this.userKind, session)
    this.work(session, this.cpu(session).acceptNs, ACCEPTED)
  }

  onOpen(): void {}

  onData(session: number, content: number, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    const generation = this.sessions.generation[session]
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) {
      const workload = contents.marks.value[contents.nextMark(content)]
      contents.takeMark(content)
      this.sessions.requestsInWork[session]++
      this.work(session, this.cpu(session).serveNs, workload)
      if (this.sessions.generation[session] !== generation) return
    }
  }

  onEnd(session: number): void {
    this.sessions.hasEnded[session] = 1
    this.closeIfDone(session)
  }

  onFailure(session: number): void {
    this.sessions.release(session)
  }

  onDrained(): void {}

  isPresent(session: number, generation: number): boolean {
    return this.sessions.generation[session] === generation
  }

  /** `step` is the workload whose request is to be answered. */
  onWorkDone(session: number, step: number): void {
    if (step === ACCEPTED) return
    const workload = this.workloads[step]
    const isAccepted = workload.token === null || verifyToken(workload.token, AUDIENCE, this.nowS()) === null
    const status = isAccepted ? STATUS_OK : STATUS_UNAUTHORIZED
    const lengthBytes = isAccepted ? workload.responseBytes : workload.refusalBytes
    const generation = this.sessions.generation[session]
    this.sessions.requestsInWork[session]--
    this.streams.write(this.sessions.stream[session], lengthBytes, HTTP_RESPONSE, status, 0, NONE)
    if (this.sessions.generation[session] === generation) this.closeIfDone(session)
  }

  private closeIfDone(session: number): void {
    if (this.sessions.hasEnded[session] === 0 || this.sessions.requestsInWork[session] > 0) return
    this.streams.close(this.sessions.stream[session])
    this.sessions.release(session)
  }

  private work(session: number, costNs: number, step: number): void {
    const { table } = this.streams
    const stream = this.sessions.stream[session]
    const notBefore = table.workUntilTick[stream]
    const generation = this.sessions.generation[session]
    const done = this.processors.run(
      table.host[stream],
      costNs,
      notBefore,
      table.activity[stream],
      this.workerKind,
      session,
      generation,
      step,
    )
    if (done > this.timeline.now) table.workUntilTick[stream] = done
  }

  private cpu(session: number): CpuProfile {
    return this.cpus[this.streams.table.host[this.sessions.stream[session]]]
  }

  private nowS(): number {
    return Math.floor(this.timeline.now / NS_PER_S)
  }
}
