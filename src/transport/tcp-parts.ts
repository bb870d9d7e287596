import type { Timeline } from '../engine/timeline.ts'
import type { Network } from '../network/network.ts'
import type { ByteStreams } from './byte-stream.ts'
import type { ConnectionTable } from './connection.ts'
import type { Contents } from './content.ts'
import type { Reassembly } from './reassembly.ts'
import type { LossRecovery } from './recovery/loss-recovery.ts'
import type { Scoreboard } from './segment.ts'
import type { Timers } from './timers.ts'
import type { WriteQueue } from './write-queue.ts'

/** What the parts of TCP share. */
export interface TcpParts {
  readonly timeline: Timeline
  readonly network: Network
  readonly connections: ConnectionTable
  readonly scoreboard: Scoreboard
  readonly queue: WriteQueue
  readonly reassembly: Reassembly
  readonly contents: Contents
  readonly streams: ByteStreams
  readonly timers: Timers
  readonly recovery: LossRecovery
}
