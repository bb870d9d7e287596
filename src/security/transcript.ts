import { mix32 } from '../engine/hash.ts'
import type { Content } from '../transport/rows.ts'
import type { Contents } from '../transport/streams/content.ts'

/**
 * Adds a content to a transcript, a hash of the contents of a handshake. It is equal at both ends if no byte was
 * altered.
 */
export function mixTranscript(transcript: number, contents: Contents, content: Content): number {
  const { nameHigh, nameLow } = contents.table
  return mix32(mix32(transcript, nameHigh[content]), nameLow[content]) | 0
}
