import type { SegmentWriter } from '../segments/segment-writer.ts'
import type { TcpParts } from '../timing/tcp-parts.ts'
import type { Reassembly } from './reassembly.ts'

/** What the classes that receive share. */
export interface ReceivingParts extends TcpParts {
  readonly reassembly: Reassembly
  readonly writer: SegmentWriter
}
