import type { Arena } from '../engine/arena.ts'
import { Table } from '../engine/table.ts'
import type { Exchange } from '../http/rows.ts'
import { PART_COUNT } from '../network/activity.ts'
import type { Stream } from '../transport/rows.ts'
import type { HttpClient, Key, PathConnection } from './rows.ts'

/** The client has no connection, and is not dialling. */
export const DISCONNECTED = 0
/** The client's connection is being dialled, or waits for a tunnel. */
export const CONNECTING = 1
/** The client is connected and has no request. */
export const IDLE = 2
/** A request or its response is on its way. */
export const REQUESTING = 3

export const NO_REQUEST = -1

/**
 * HTTP clients, each with at most one pending request, on a connection of its own or a shared one; linked by workload.
 */
export class HttpClientTable extends Table<HttpClient> {
  readonly workload = this.int32()
  /** The client's connection, shared or its own. */
  readonly via = this.handle<PathConnection>()
  /** The connection on which the client looks up the target of its requests; NONE if it needs no separate one. */
  readonly lookupVia = this.handle<PathConnection>()
  /** The number of lookups that were answered before the current request. */
  readonly lookups = this.int32()
  readonly exchange = this.handle<Exchange>()
  /** The stream of the exchange's bodies, or of the data of its session after an upgrade. */
  readonly stream = this.handle<Stream>()
  /** Index of the pending HttpRequest. */
  readonly plannedRequest = this.int32()
  /**
   * Index of the HttpRequest that the client sends when the handshake of the pending request is refused; NONE for none.
   */
  readonly fallback = this.int32()
  readonly state = this.int32()
  /** 1: in the heap of free clients of its workload. */
  readonly isFree = this.int32()
  /** 1: the client uses the connection that all clients of its path share. */
  readonly isSharing = this.int32()
  /** 1: the client is chosen among the free ones of its workload when a request is due. */
  readonly isChosen = this.int32()
  /** 1: an exchange of the client counts as a whole, and not the pieces of its response. */
  readonly countsWhole = this.int32()
  readonly hasResponse = this.int32()
  readonly status = this.int32()
  /** The number of the message in the response; see proxy-error.ts. */
  readonly proxyError = this.int32()
  /**
   * The number of the client within the workload. Together with the number of dials, it identifies the client's
   * connections.
   */
  readonly number = this.float64()
  /**
   * The number of requests that the client has begun. It distinguishes work for the current request from work for an
   * earlier one.
   */
  readonly turns = this.float64()
  readonly request = this.float64()
  /** The length of the pending request's body. */
  readonly requestBodyBytes = this.float64()
  /** The tick at which the request was due. */
  readonly startTick = this.float64()
  /** Totals of the connection's activity when the request was due. */
  readonly partsAtStartNs = this.float64(0, PART_COUNT)
  /** The client before this one in the list of its workload. */
  readonly previous = this.handle<HttpClient>()
  /**
   * The first client below this one in the heap of free clients, and its neighbours there; before the first of them is
   * the one above.
   */
  readonly heapChild = this.handle<HttpClient>()
  readonly heapNext = this.handle<HttpClient>()
  readonly heapPrevious = this.handle<HttpClient>()
  /** The keys that were sent and wait for their echo. */
  readonly firstKey = this.handle<Key>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}
