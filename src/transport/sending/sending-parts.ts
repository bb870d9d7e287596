import type { Scoreboard } from '../recovery/scoreboard.ts'
import type { SegmentWriter } from '../segments/segment-writer.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import type { WriteQueue } from './write-queue.ts'

/** The parts shared by the classes of the sending half. */
export interface SendingParts extends TcpParts {
  readonly scoreboard: Scoreboard
  readonly queue: WriteQueue
  readonly writer: SegmentWriter
}
