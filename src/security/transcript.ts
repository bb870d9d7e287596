import { mix32 } from '../engine/hash.ts'
import type { Content } from '../transport/rows.ts'
import type { Contents } from '../transport/streams/content.ts'

/** What a handshake has said so far, by who said it: the same at both ends where both heard what the other said. */
export function mixTranscript(transcript: number, contents: Contents, content: Content): number {
  const { nameHigh, nameLow } = contents.table
  return mix32(mix32(transcript, nameHigh[content]), nameLow[content]) | 0
}
