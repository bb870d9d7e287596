import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Http } from '../../http/http.ts'
import type { Exchange } from '../../http/rows.ts'
import type { ByteStreams } from '../../transport/streams/byte-stream.ts'
import type { Operation } from '../messages/operations.ts'
import type { InFlightCount } from '../rows.ts'

/** Requests in flight, and those that ended since they were last counted, linked by `next`. */
class InFlightTable extends Table<InFlightCount> {
  /** The first of the list, plus 1. */
  readonly first = this.sharedInt32(1)
  readonly exchange = this.int32()
  readonly exchangeGeneration = this.uint32()
  readonly isMutating = this.int32()

  constructor(arena: Arena) {
    super(arena, 32)
    this.attach()
  }
}

const READING_VERBS = ['get', 'list', 'watch', '']
const LONG_SUBRESOURCES = ['attach', 'exec', 'proxy', 'log', 'portforward']

/**
 * Returns whether an operation is long-running, so that it does not count towards the limits (kubernetes/apiserver,
 * BasicLongRunningRequestCheck, as kube-apiserver configures it).
 */
function isLongRunning(operation: Operation): boolean {
  if (operation.verb === 'watch' || operation.verb === 'proxy') return true
  return operation.kind === 'resource' && LONG_SUBRESOURCES.includes(operation.subresource ?? '')
}

/** The limit that an operation counts towards. LONG_RUNNING: none. */
export const LONG_RUNNING = 0
const READING = 1
export const WRITING = 2

/** Returns the limit that an operation counts towards (pkg/server/filters/maxinflight.go, nonMutatingRequestVerbs). */
export function limitOf(operation: Operation): number {
  if (isLongRunning(operation)) return LONG_RUNNING
  return READING_VERBS.includes(operation.verb) ? READING : WRITING
}

/**
 * Counts requests in flight, from their admission until the response is written (`--max-requests-inflight`). API
 * Priority and Fairness, which queues requests above the limit, is not modelled.
 */
export class InFlight {
  private readonly table: InFlightTable
  private readonly http: Http
  private readonly streams: ByteStreams

  constructor(arena: Arena, http: Http, streams: ByteStreams) {
    this.table = new InFlightTable(arena)
    this.http = http
    this.streams = streams
  }

  count(isMutating: boolean): number {
    const { table } = this
    let count = 0
    let before: InFlightCount = NONE
    for (let row = table.rowAt(table.first[0] - 1); row !== NONE; ) {
      const next = table.next[row]
      if (this.isOver(row)) {
        if (before === NONE) table.first[0] = next + 1
        else table.next[before] = next
        table.release(row)
      } else {
        if ((table.isMutating[row] === 1) === isMutating) count++
        before = row
      }
      row = next
    }
    return count
  }

  add(exchange: Exchange, isMutating: boolean): void {
    const { table, http } = this
    const row = table.allocate()
    table.exchange[row] = exchange
    table.exchangeGeneration[row] = http.exchanges.generation[exchange]
    table.isMutating[row] = isMutating ? 1 : 0
    table.next[row] = table.rowAt(table.first[0] - 1)
    table.first[0] = row + 1
  }

  private isOver(row: number): boolean {
    const { exchanges } = this.http
    const exchange = this.http.exchanges.rowAt(this.table.exchange[row])
    if (exchanges.generation[exchange] !== this.table.exchangeGeneration[row]) return true
    return this.streams.table.hasFinished[exchanges.stream[exchange]] === 1
  }
}
