import type { Scoreboard } from '../recovery/scoreboard.ts'
import type { SegmentWriter } from '../segments/segment-writer.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import type { WriteQueue } from './write-queue.ts'

/** What the classes that send share. */
export interface SendingParts extends TcpParts {
  readonly scoreboard: Scoreboard
  readonly queue: WriteQueue
  readonly writer: SegmentWriter
}
