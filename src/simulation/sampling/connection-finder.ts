import { NONE } from '../../engine/table.ts'
import { CLOSED, type ConnectionTable, TIME_WAIT } from '../../transport/connections/connection.ts'
import { REPLY_DIRECTION } from '../../transport/lifecycle/handshake.ts'
import type { Connection } from '../../transport/rows.ts'
import { derivedName } from '../../transport/streams/derived-name.ts'
import type { Dialled, Subjects } from './subjects.ts'

/** A request for samples of the connections that a host dialled. */
interface Interest extends Dialled {
  /** Index of the request. */
  readonly request: number
  readonly foreignAccounts: Subjects['foreignAccounts']
}

/** Called for each new connection, with the index of each request that concerns it. */
type OnFound = (request: number, connection: Connection) => void

/** Finds the connections that requests concern, each connection once. */
export class ConnectionFinder {
  readonly #connections: ConnectionTable
  readonly #subjects: readonly Subjects[]
  readonly #interests = new Map<number, Interest[]>()
  /** Known rows and their generation. A later connection in the same row has another generation. */
  readonly #known = new Map<Connection, number>()
  /** The names of accepted ends, with the requests that concern the ends that dialled. */
  readonly #accepted = new Map<string, number[]>()

  constructor(connections: ConnectionTable, subjects: readonly Subjects[]) {
    this.#connections = connections
    this.#subjects = subjects
    for (const [request, { dialled, foreignAccounts }] of subjects.entries())
      for (const each of dialled) {
        const interest = { ...each, request, foreignAccounts }
        const others = this.#interests.get(each.host)
        if (others === undefined) this.#interests.set(each.host, [interest])
        else others.push(interest)
      }
  }

  /** Reports the connections that began since the last call. */
  findNew(onFound: OnFound): void {
    if (this.#interests.size === 0 && this.#subjects.every(({ host }) => host === null)) return
    const connections = this.#connections
    const accepted: Connection[] = []
    for (const row of connections.everyRow()) {
      const generation = connections.generation[row]
      if (!isOpen(connections, row) || this.#known.get(row) === generation) continue
      this.#known.set(row, generation)
      for (const [request, { host }] of this.#subjects.entries())
        if (host === connections.host[row]) onFound(request, row)
      if (connections.listener[row] !== NONE) accepted.push(row)
      else this.#findDialled(row, onFound)
    }
    // An accepted end may have an earlier row than the end that dialled.
    for (const row of accepted) for (const request of this.#accepted.get(this.#nameOf(row)) ?? []) onFound(request, row)
  }

  #findDialled(row: Connection, onFound: OnFound): void {
    const connections = this.#connections
    const requests = new Set<number>()
    for (const { request, address, port, foreignAccounts } of this.#interests.get(connections.host[row]) ?? [])
      if (
        address === connections.remoteAddress[row] &&
        port === connections.remotePort[row] &&
        !foreignAccounts.has(connections.account[row])
      )
        requests.add(request)
    if (requests.size === 0) return
    this.#accepted.set(this.#nameOf(row, REPLY_DIRECTION), [...requests])
    for (const request of requests) onFound(request, row)
  }

  /** Returns the name of an end, or the name of the end that accepted it. */
  #nameOf(row: Connection, direction?: typeof REPLY_DIRECTION): string {
    const names = [this.#connections.nameHigh[row], this.#connections.nameLow[row]]
    return (direction === undefined ? names : names.map((hash) => derivedName(hash, direction))).join(' ')
  }
}

/** Returns whether a row belongs to a connection that may still send. */
export function isOpen({ state }: ConnectionTable, row: Connection): boolean {
  return state[row] !== CLOSED && state[row] !== TIME_WAIT
}
