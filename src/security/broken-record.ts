import { NONE } from '../engine/table.ts'
import type { Content } from '../transport/rows.ts'
import type { Contents } from '../transport/streams/content.ts'

/**
 * Where the record ends that is broken by bytes of `content` in the place of the peer's: the reader finds out when it
 * has it whole. `arrived` bytes of the peer's came before. Who puts in bytes where a record begins may say where that
 * ends; who does not says something that is no record at all.
 */
export function brokenRecordEnd(
  contents: Contents,
  peer: Content,
  arrived: number,
  content: Content,
  offset: number,
): number {
  const { marks } = contents
  const mark = contents.markAt(peer, arrived)
  const hasBegun = mark !== NONE && marks.endOffset[mark] - marks.lengthBytes[mark] < arrived
  if (mark !== NONE && (hasBegun || contents.originalOf(content) === peer)) return marks.endOffset[mark]
  const own = contents.markAt(content, offset)
  return own === NONE ? arrived : arrived + marks.endOffset[own] - offset
}
