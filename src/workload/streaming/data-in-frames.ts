import { NONE } from '../../engine/table.ts'
import type { Content } from '../../transport/rows.ts'
import type { Contents } from '../../transport/streams/content.ts'
import { FRAME_DATA, TUNNEL_DATA } from '../messages.ts'

/** Returns whether a mark's record carries data of a session, or frames of one. */
export function carriesData(kind: number): boolean {
  return kind === FRAME_DATA || kind === TUNNEL_DATA
}

/**
 * Visits the messages that end in a range of a body, and those in the frames of a session that end in it. Nobody has read
 * them yet.
 */
export function forEachPiece(
  contents: Contents,
  body: Content,
  offset: number,
  lengthBytes: number,
  visit: (kind: number, value: number) => void,
): void {
  const { marks } = contents
  const until = offset + lengthBytes
  for (let mark = contents.nextMark(body); mark !== NONE && marks.endOffset[mark] <= until; mark = marks.next[mark]) {
    if (marks.endOffset[mark] <= offset) continue
    const carried = marks.carried[mark]
    if (carried === NONE || !carriesData(marks.kind[mark])) visit(marks.kind[mark], marks.value[mark])
    else forEachPiece(contents, carried, marks.carriedOffset[mark], marks.value[mark], visit)
  }
}
