import { hashString32 } from '../engine/hash.ts'
import { HTTP_2 } from '../http/http-connection.ts'
import type { AccountTable } from '../network/account.ts'
import type { Account } from '../network/rows.ts'
import type { FailureReason } from '../transport/streams/failure.ts'
import type { PathConnections, PathConnectionUser } from './path-connections.ts'
import type { PathConnection } from './rows.ts'

/** The seeds of the two 32-bit halves of a name's hash. */
const HIGH_LANE = 0x73686172
const LOW_LANE = 0x65642d68

/** The order of the first shared connection. Shared connections are handled after the connections of all clients. */
const FIRST_ORDER = 4_503_599_627_370_496

/** A user of shared connections. */
export interface SharedConnectionUser extends PathConnectionUser {
  /** Returns whether it waits for the connection of the path to be established. */
  isWaiting(path: number): boolean
}

/**
 * HTTP/2 connections that all requests of a process to one server share, one for each path: client-go keeps one for
 * each server and TLS configuration (k8s.io/client-go/transport/cache.go).
 */
export class SharedConnections implements PathConnectionUser {
  private readonly rows: PathConnection[]
  private readonly accounts: Account[]
  private readonly users: SharedConnectionUser[] = []

  /** `names` are the names of the paths. */
  constructor(connections: PathConnections, accounts: AccountTable, names: readonly string[]) {
    const userKind = connections.registerUser(this)
    this.accounts = names.map(() => accounts.allocate())
    this.rows = names.map((name, path) =>
      connections.add({
        path,
        version: HTTP_2,
        userKind,
        user: path,
        order: FIRST_ORDER + path,
        nameHigh: hashString32(`path/${name}`, HIGH_LANE),
        nameLow: hashString32(`path/${name}`, LOW_LANE),
        account: this.accounts[path],
      }),
    )
  }

  /**
   * Registers a user that is called for events of the connections, with the path, after the users registered before.
   */
  join(user: SharedConnectionUser): void {
    this.users.push(user)
  }

  onConnected(path: number, setupNs: number): void {
    for (const user of this.users) user.onConnected(path, setupNs)
  }

  onLost(path: number, reason: FailureReason): void {
    for (const user of this.users) user.onLost(path, reason)
  }

  onFree(): void {}

  /**
   * Returns whether any user waits for the connection of the path. Go stops a dial that nobody waits for, and no other.
   */
  isAwaited(path: number): boolean {
    return this.users.some((user) => user.isWaiting(path))
  }

  rowOf(path: number): PathConnection {
    return this.rows[path]
  }

  accountOf(path: number): Account {
    return this.accounts[path]
  }
}
