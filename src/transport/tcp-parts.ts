import type { Timeline } from '../engine/timeline.ts'
import type { Network } from '../network/network.ts'
import type { Processors } from '../network/processor.ts'
import type { ConnectionTable } from './connections/connection.ts'
import type { Reassembly } from './receiving/reassembly.ts'
import type { Scoreboard } from './sending/segment.ts'
import type { WriteQueue } from './sending/write-queue.ts'
import type { ByteStreams } from './streams/byte-stream.ts'
import type { Contents } from './streams/content.ts'
import type { Timers } from './timing/timers.ts'

/** What the parts of TCP share. */
export interface TcpParts {
  readonly timeline: Timeline
  readonly network: Network
  readonly processors: Processors
  readonly connections: ConnectionTable
  readonly scoreboard: Scoreboard
  readonly queue: WriteQueue
  readonly reassembly: Reassembly
  readonly contents: Contents
  readonly streams: ByteStreams
  readonly timers: Timers
}
