import type { Account, Activity } from '../network/rows.ts'
import type { Stream } from '../transport/rows.ts'
import type { FailureReason } from '../transport/streams/failure.ts'

/** Somebody who reaches the far end of a path; the cluster knows how. */
export interface Connector {
  /** Whether a connection can be dialled now; `makeReachable` asks for what is missing. */
  isReachable(path: number): boolean
  /** Gets ready (dials a tunnel); `PathWaiter` hears of the outcome. */
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

/** Connections that wait for a path to become reachable. */
export interface PathWaiter {
  onReachable(paths: readonly number[]): void
  /** Those who use the paths may begin only now: what they waited for is no part of setting up. */
  onAdmitted(paths: readonly number[]): void
  onUnreachable(paths: readonly number[], reason: FailureReason): void
  /** The clients' host restarted: those that were about to dial never will. */
  onForgotten(paths: readonly number[]): void
}
