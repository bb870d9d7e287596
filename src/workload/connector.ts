import type { Account, Activity } from '../network/rows.ts'
import type { Stream } from '../transport/rows.ts'

/** Somebody who reaches the far end of a path; the cluster knows how. */
export interface Connector {
  /** Whether a connection can be dialled now; `makeReachable` asks for what is missing. */
  isReachable(path: number): boolean
  /** Gets ready (dials a tunnel); `PathConnections` is told the outcome. */
  makeReachable(path: number): void
  /** The row of ActivityTable that the path's connections share, or NONE: each has its own. */
  sharedActivity(path: number): Activity
  /** Dials, to speak this version of HTTP; the stream's user is told when it may write. */
  connect(
    path: number,
    version: number,
    nameHigh: number,
    nameLow: number,
    account: Account,
    activity: Activity,
  ): Stream
  hostOf(path: number): number
}
