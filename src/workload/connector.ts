import type { Account, Activity } from '../network/rows.ts'
import type { Stream } from '../transport/rows.ts'

/** The name of a new connection, and the account and activity that it counts for. */
export interface ConnectionRequest {
  readonly nameHigh: number
  readonly nameLow: number
  readonly account: Account
  readonly activity: Activity
}

/** Dials the far ends of paths. The cluster layer implements it. */
export interface Connector {
  /** Returns whether a connection can be dialled now. If not, `makeReachable` dials the tunnel that is missing. */
  isReachable(path: number): boolean
  /** Dials the tunnel that the path needs, and reports the outcome to PathConnections. */
  makeReachable(path: number): void
  /** Returns the activity that all connections of the path share; NONE if each has its own. */
  sharedActivity(path: number): Activity
  /**
   * Dials a connection for this version of HTTP, and returns its stream. The user of the stream is notified when it may
   * write.
   */
  connect(path: number, version: number, request: ConnectionRequest): Stream
  hostOf(path: number): number
}
