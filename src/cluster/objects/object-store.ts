import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { BodyPiece, Http, HttpService } from '../../http/http.ts'
import { UNKNOWN_LENGTH } from '../../http/message.ts'
import type { Exchange } from '../../http/rows.ts'
import type { Content } from '../../transport/rows.ts'
import type { ByteStreams, StreamUser } from '../../transport/streams/byte-stream.ts'
import type { AuthorizationFacts } from '../access/authorize.ts'
import type { Identity } from '../access/identity.ts'
import type { AuthorizationMode } from '../flags/apiserver/authorization-mode.ts'
import type { Response } from '../rows.ts'
import { BODY_END, OBJECT, type ObjectRequest, type ProgramPath, type Subscription } from './object-requests.ts'

/** Requests that are being received, and watches that are being answered. */
class ResponseTable extends Table<Response> {
  readonly exchange = this.handle<Exchange>()
  /** 1: the request is a watch, and its response has begun. */
  readonly isWatch = this.int32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

/** The state of each object: 0 if it does not exist; its handler defines the other numbers. */
class StateTable implements ArenaTable {
  state!: Int32Array

  layOut(columns: Columns): void {
    this.state = columns.int32()
  }
}

class SubscriptionTable implements ArenaTable {
  /** The state that was last sent to the client. */
  sentState!: Int32Array
  /** The watch to which the subscription belongs (a row of ResponseTable); NONE if there is currently none. */
  watch!: Int32Array

  layOut(columns: Columns): void {
    this.sentState = columns.int32()
    this.watch = columns.int32()
  }
}

/** The handler of a resource. It knows the sizes of its objects and makes changes to them. */
export interface ResourceHandler {
  /** Provides the functions that the store calls. It must be called once, before tick 0. */
  connect(store: ObjectStore, authorizer: Authorizer): void
  itemBytes(object: number, state: number): number
  /** Size of the watch event for the change from one state to another. */
  eventBytes(object: number, before: number, state: number): number
  /** Carries out a change whose request has arrived whole, and responds with `ObjectStore.respondWithObject`. */
  applyChange(exchange: Exchange, change: number, subject: number): void
  /** Deletes a pod's state. Its object stays for `terminatingNs`. */
  deletePod?(pod: number, terminatingNs: number): void
}

/** The authorizer of a server, which also knows the identity that sent each request. */
export interface Authorizer {
  readonly modes: readonly AuthorizationMode[]
  readonly facts: AuthorizationFacts
  /** Returns the identity that sent the request; null if the apiserver refused it. */
  identityOf(exchange: Exchange): Identity | null
}

export interface ObjectStorePlan {
  /** The requests about objects, by index of the HttpRequest. */
  readonly requests: ReadonlyMap<number, ObjectRequest>
  readonly programs: readonly ProgramPath[]
  /** The name of the handler of each object. */
  readonly objects: readonly string[]
  readonly subscriptions: readonly Subscription[]
}

export interface ObjectStoreParts {
  readonly arena: Arena
  readonly streams: ByteStreams
  readonly http: Http
  /** Serves the requests that are not about these objects. */
  readonly fallback: HttpService
  readonly plan: ObjectStorePlan
  /** Handlers by the name that objects give as their owner. */
  readonly handlers: Readonly<Record<string, ResourceHandler>>
}

/**
 * The objects that the cluster's programs list, watch and change, as the apiserver stores them. A watch reports each
 * change at once. A change between two watches of a client is reported by its next list, or at the start of its next
 * watch.
 */
export class ObjectStore implements HttpService, StreamUser {
  private readonly table: ResponseTable
  private readonly objects = new StateTable()
  private readonly subscriptions = new SubscriptionTable()
  private readonly streams: ByteStreams
  private readonly http: Http
  private readonly fallback: HttpService
  private readonly plan: ObjectStorePlan
  private readonly handlers: Readonly<Record<string, ResourceHandler>>
  private readonly subscriptionsOf: readonly (readonly number[])[]
  private readonly userKind: number
  readonly service: number

  constructor({ arena, streams, http, fallback: otherwise, plan, handlers }: ObjectStoreParts) {
    this.table = new ResponseTable(arena)
    arena.attach(this.objects, Math.max(1, plan.objects.length))
    arena.attach(this.subscriptions, Math.max(1, plan.subscriptions.length))
    this.objects.state.fill(0)
    this.subscriptions.sentState.fill(0)
    this.subscriptions.watch.fill(NONE)
    this.streams = streams
    this.http = http
    this.fallback = otherwise
    this.plan = plan
    this.handlers = handlers
    const byObject: number[][] = plan.objects.map(() => [])
    plan.subscriptions.forEach(({ object }, index) => {
      byObject[object].push(index)
    })
    this.subscriptionsOf = byObject
    this.userKind = streams.registerUser(this)
    this.service = http.registerService(this)
  }

  stateOf(object: number): number {
    return this.objects.state[object]
  }

  /** Sets an object's state and reports it on all watches of it. */
  update(object: number, state: number): void {
    this.objects.state[object] = state
    for (const subscription of this.subscriptionsOf[object])
      if (this.subscriptions.watch[subscription] !== NONE) this.sendEvent(subscription)
  }

  onRequest(exchange: Exchange): void {
    const { table, http, streams } = this
    if (!this.plan.requests.has(http.exchanges.request[exchange])) return this.fallback.onRequest(exchange)
    const row = table.allocate()
    table.exchange[row] = exchange
    streams.attach(http.exchanges.stream[exchange], this.userKind, row)
  }

  onOpen(): void {}

  onData(_row: number, content: Content, offset: number, lengthBytes: number): void {
    const { contents } = this.streams
    while (contents.nextMarkEnd(content) <= offset + lengthBytes) contents.takeMark(content)
  }

  /** Called when a request has arrived completely. */
  onEnd(row: Response): void {
    const { table } = this
    if (table.isWatch[row] === 1) return
    const exchange = table.exchange[row]
    const request = this.requestOf(exchange)
    const { action } = request
    if (action.kind === 'watch') return this.beginWatch(row, request, action.subscriptions)
    table.release(row)
    switch (action.kind) {
      case 'read':
        return this.respondWithState(exchange, [])
      case 'list':
        return this.respondWithState(exchange, action.subscriptions)
      case 'change':
        return this.handlers[action.owner].applyChange(exchange, action.change, action.subject)
    }
  }

  onFailure(row: Response): void {
    this.endWatch(row)
    this.table.release(row)
  }

  onDrained(): void {}

  /** Responds with the planned body. The mark at its end carries the object's state. */
  respondWithObject(exchange: Exchange, object: number, state: number): void {
    const { bodyBytes } = this.requestOf(exchange)
    this.respond(exchange, [{ bytes: bodyBytes, kind: OBJECT, value: object, detail: state }])
  }

  private respondWithState(exchange: Exchange, subscriptions: readonly number[]): void {
    const { bodyBytes } = this.requestOf(exchange)
    const pieces = [{ bytes: bodyBytes, kind: BODY_END, value: 0, detail: 0 }]
    for (const subscription of subscriptions) {
      const { object } = this.plan.subscriptions[subscription]
      const state = this.objects.state[object]
      this.subscriptions.sentState[subscription] = state
      if (state === 0) continue
      const bytes = this.handlerOf(object).itemBytes(object, state)
      pieces.push({ bytes, kind: OBJECT, value: object, detail: state })
    }
    this.respond(exchange, pieces)
  }

  private respond(exchange: Exchange, pieces: readonly BodyPiece[]): void {
    const { http, streams } = this
    streams.table.userKind[http.exchanges.stream[exchange]] = NONE
    http.respondWhole(exchange, this.requestOf(exchange).response, pieces)
  }

  private beginWatch(row: Response, request: ObjectRequest, subscriptions: readonly number[]): void {
    const { table, http } = this
    const exchange = table.exchange[row]
    table.isWatch[row] = 1
    http.respond(exchange, request.response, UNKNOWN_LENGTH)
    http.flush(exchange)
    for (const subscription of subscriptions) {
      this.subscriptions.watch[subscription] = row
      const { object } = this.plan.subscriptions[subscription]
      if (this.subscriptions.sentState[subscription] !== this.objects.state[object]) this.sendEvent(subscription)
    }
  }

  private sendEvent(subscription: number): void {
    const { subscriptions, objects, streams, http } = this
    const { object } = this.plan.subscriptions[subscription]
    const state = objects.state[object]
    const bytes = this.handlerOf(object).eventBytes(object, subscriptions.sentState[subscription], state)
    const exchange = this.table.exchange[subscriptions.watch[subscription]]
    subscriptions.sentState[subscription] = state
    streams.write(http.exchanges.stream[exchange], bytes, OBJECT, object, state, NONE)
  }

  private endWatch(row: Response): void {
    if (this.table.isWatch[row] === 0) return
    const { watch } = this.subscriptions
    for (let subscription = 0; subscription < this.plan.subscriptions.length; subscription++)
      if (watch[subscription] === row) watch[subscription] = NONE
  }

  private requestOf(exchange: Exchange): ObjectRequest {
    return this.plan.requests.get(this.http.exchanges.request[exchange])!
  }

  private handlerOf(object: number): ResourceHandler {
    return this.handlers[this.plan.objects[object]]
  }
}
