import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import type { Processors } from '../../network/processor.ts'
import type { ConnectionTable } from '../connections/connection.ts'
import type { ByteStreams } from '../streams/byte-stream.ts'
import type { Contents } from '../streams/content.ts'
import type { Timers } from './timers.ts'

/** The parts that all classes of TCP share. The folders recovery, sending, receiving and lifecycle extend it. */
export interface TcpParts {
  readonly timeline: Timeline
  readonly network: Network
  readonly processors: Processors
  readonly connections: ConnectionTable
  readonly contents: Contents
  readonly streams: ByteStreams
  readonly timers: Timers
}
