import { NONE } from '../engine/table.ts'
import type { Content } from '../transport/rows.ts'
import type { Contents } from '../transport/streams/content.ts'

/**
 * Returns the offset in the stream below at which the reader finds a record broken, when bytes of `content` arrive in
 * the place of the peer's after `arrived` of the peer's bytes. A record that has begun is found broken at its end.
 * Where a record would begin, the inserted record's own end counts; bytes that are no record are found out at once.
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
