import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import type { EventKind } from '../../engine/event-kind.ts'
import { drawFraction, type StreamKey } from '../../engine/streams.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { ProgramRequest } from './object-requests.ts'
import type { ClientHandler, ProgramClients } from './program-clients.ts'

const LIST = 0
const WATCH = 1

/** A resource that a program on a host lists and watches. Immutable. */
export interface ReflectedResource {
  readonly host: number
  readonly list: ProgramRequest
  /** The request of the watch; null if the resource is only read once. */
  readonly watch: ProgramRequest | null
  /** The random stream that stretches each pause by a factor of 1 to 2; null for exact pauses. */
  readonly jitter: { readonly key: StreamKey; readonly lane: number } | null
}

/** Pauses between a failure and the next list: they double from `firstNs` up to `longestNs`. */
export interface Backoff {
  readonly firstNs: number
  readonly longestNs: number
  /** Time from a restart of the host to the first list; null for `firstNs` (with jitter). */
  readonly restartNs: number | null
}

export interface ReflectorHandler {
  /** Called for each object in a list or event in a watch. */
  onObject?(watched: number, object: number, state: number): void
  /** Called when a list has been read whole. */
  onListed?(watched: number): void
  /**
   * Called when a list or watch has failed; the handler then decides when to start again. Without this method the
   * reflector lists again after a pause.
   */
  onFailed?(watched: number): void
}

class ReflectorTable implements ArenaTable {
  /** Number of failures in a row. */
  failures!: Int32Array
  /** The number of pauses so far, from which the jitter of each pause is derived. */
  pauses!: Int32Array
  isFinished!: Uint8Array

  layOut(columns: Columns): void {
    this.failures = columns.int32()
    this.pauses = columns.int32()
    this.isFinished = columns.uint8()
  }
}

export interface ReflectorParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly clients: Pick<ProgramClients, 'open' | 'send' | 'cancel' | 'wakeAt'>
  readonly watched: readonly ReflectedResource[]
  readonly backoff: Backoff
  /** The kind of the events at which the reflector lists again. */
  readonly wakeKind: EventKind
  readonly handler: ReflectorHandler
}

/**
 * Keeps a program informed about resources: it lists each, then watches it, and lists it again when the watch has
 * ended or failed (client-go tools/cache/reflector.go, ListAndWatch). Each resource has a client of its own.
 */
export class Reflector implements ClientHandler {
  private readonly table = new ReflectorTable()
  private readonly parts: ReflectorParts
  private readonly firstClient: number

  constructor(parts: ReflectorParts) {
    const { arena, clients, watched, wakeKind } = parts
    this.parts = parts
    arena.attach(this.table, Math.max(1, watched.length))
    this.table.failures.fill(0)
    this.table.pauses.fill(0)
    this.table.isFinished.fill(0)
    this.firstClient = clients.open(
      this,
      watched.map(({ host }) => host),
      wakeKind,
    )
  }

  begin(): void {
    for (let watched = 0; watched < this.parts.watched.length; watched++) this.start(watched)
  }

  /** Lists a resource now. */
  start(watched: number): void {
    this.table.isFinished[watched] = 0
    this.send(watched, LIST, this.parts.watched[watched].list)
  }

  /** Lists a resource at `tick`. */
  startAt(watched: number, tick: number): void {
    this.parts.clients.wakeAt(this.firstClient + watched, tick)
  }

  /** Sends no further request for a resource once the pending one has ended. */
  finish(watched: number): void {
    this.table.isFinished[watched] = 1
  }

  /** Cancels the pending request for a resource. */
  stop(watched: number): void {
    this.parts.clients.cancel(this.firstClient + watched)
  }

  restart(host: number): void {
    const { watched, timeline, backoff } = this.parts
    watched.forEach(({ host: own }, index) => {
      if (own !== host) return
      this.stop(index)
      this.table.failures[index] = 0
      this.startAt(index, timeline.now + (backoff.restartNs ?? this.nextPauseNs(index)))
    })
  }

  onWake(watched: number): void {
    this.start(watched)
  }

  onObject(watched: number, _step: number, object: number, state: number): void {
    this.parts.handler.onObject?.(watched, object, state)
  }

  onResponseHead(watched: number, step: number): void {
    if (step === WATCH) this.table.failures[watched] = 0
  }

  onResponse(watched: number, step: number): void {
    const { table } = this
    const { handler, watched: all } = this.parts
    const { list, watch } = all[watched]
    if (table.isFinished[watched] === 1) return
    if (watch === null) table.failures[watched] = 0
    if (step === LIST) handler.onListed?.(watched)
    if (watch !== null && step === LIST) this.send(watched, WATCH, watch)
    else if (watch !== null) this.send(watched, LIST, list)
  }

  onFailed(watched: number): void {
    const { table } = this
    const { handler, timeline } = this.parts
    if (table.isFinished[watched] === 1) return
    table.failures[watched]++
    if (handler.onFailed !== undefined) handler.onFailed(watched)
    else this.startAt(watched, timeline.now + this.nextPauseNs(watched))
  }

  private send(watched: number, step: number, request: ProgramRequest): void {
    this.parts.clients.send(this.firstClient + watched, request, step)
  }

  private nextPauseNs(watched: number): number {
    const { table } = this
    const { backoff, watched: all } = this.parts
    const { jitter } = all[watched]
    let pauseNs = backoff.firstNs
    for (let i = 1; i < table.failures[watched]; i++) pauseNs = Math.min(2 * pauseNs, backoff.longestNs)
    const nth = table.pauses[watched]++
    const drawn = jitter === null ? 0 : drawFraction(jitter.key.hi, jitter.key.lo, jitter.lane, 0, nth, 0)
    return Math.round(pauseNs * (1 + drawn))
  }
}
