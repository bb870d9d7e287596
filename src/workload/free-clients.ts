import { NONE } from '../engine/table.ts'
import { CONNECTING, type HttpClientTable, IDLE, NO_REQUEST } from './http-client-table.ts'
import type { HttpClient } from './rows.ts'
import type { WorkloadTable } from './workload-table.ts'

/**
 * The clients of each workload that have no request, as a pairing heap (Fredman, Sedgewick, Sleator and Tarjan, 1986):
 * connected ones first, then dialling ones, each by number. There can be a million.
 */
export class FreeClients {
  private readonly clients: HttpClientTable
  private readonly table: WorkloadTable

  constructor(clients: HttpClientTable, table: WorkloadTable) {
    this.clients = clients
    this.table = table
  }

  /** Returns the free client that comes first, or NONE. */
  firstOf(workload: number): HttpClient {
    return this.table.firstFreeClient[this.table.rowOf(workload)]
  }

  /** Called when the request or the state of a client has changed. */
  reorder(client: HttpClient): void {
    const { clients, table } = this
    this.takeOut(client)
    if (clients.request[client] !== NO_REQUEST) return
    clients.isFree[client] = 1
    const row = table.rowOf(clients.workload[client])
    table.firstFreeClient[row] = this.meld(table.firstFreeClient[row], client)
  }

  takeOut(client: HttpClient): void {
    const { clients, table } = this
    if (clients.isFree[client] === 0) return
    const row = table.rowOf(clients.workload[client])
    const below = this.mergeAll(clients.heapChild[client])
    if (table.firstFreeClient[row] === client) table.firstFreeClient[row] = below
    else {
      this.cut(client)
      table.firstFreeClient[row] = this.meld(table.firstFreeClient[row], below)
    }
    clients.isFree[client] = 0
    clients.heapChild[client] = NONE
    clients.heapNext[client] = NONE
    clients.heapPrevious[client] = NONE
  }

  /** Removes a client and all clients below it from its heap. It must not be the first client of the heap. */
  private cut(client: HttpClient): void {
    const { heapChild, heapNext, heapPrevious } = this.clients
    const previous = heapPrevious[client]
    const next = heapNext[client]
    if (heapChild[previous] === client) heapChild[previous] = next
    else heapNext[previous] = next
    if (next !== NONE) heapPrevious[next] = previous
  }

  /** Makes one heap of a list of heaps: pairs from the left, and these from the right. */
  private mergeAll(first: HttpClient): HttpClient {
    const { heapNext } = this.clients
    let pairs: HttpClient = NONE
    for (let left = first; left !== NONE; ) {
      const right: HttpClient = heapNext[left]
      const rest: HttpClient = right === NONE ? NONE : heapNext[right]
      const pair = this.meld(left, right)
      heapNext[pair] = pairs
      pairs = pair
      left = rest
    }
    let merged: HttpClient = NONE
    while (pairs !== NONE) {
      const rest: HttpClient = heapNext[pairs]
      merged = this.meld(merged, pairs)
      pairs = rest
    }
    return merged
  }

  /** Joins two heaps. Each can be NONE. */
  private meld(one: HttpClient, other: HttpClient): HttpClient {
    const { heapChild, heapNext, heapPrevious } = this.clients
    const isFirst = other === NONE || (one !== NONE && isBefore(this.clients, one, other))
    const top = isFirst ? one : other
    const below = isFirst ? other : one
    if (below !== NONE) {
      const next = heapChild[top]
      heapNext[below] = next
      if (next !== NONE) heapPrevious[next] = below
      heapPrevious[below] = top
      heapChild[top] = below
    }
    if (top !== NONE) {
      heapNext[top] = NONE
      heapPrevious[top] = NONE
    }
    return top
  }
}

function isBefore(clients: HttpClientTable, client: HttpClient, other: HttpClient): boolean {
  const rank = rankOf(clients.state[client]) - rankOf(clients.state[other])
  return rank < 0 || (rank === 0 && clients.number[client] < clients.number[other])
}

function rankOf(state: number): number {
  if (state === IDLE) return 0
  return state === CONNECTING ? 1 : 2
}
