import { layerOf } from './message-layers.ts'
import type { StreamContent, StreamMessage } from './stream-content.ts'

/**
 * Calls `visit` for each message of which the stretch [from, until) of a content has bytes: also for those in the
 * records, channels and tunnels that it carries, outer ones first. A record with one byte in the stretch counts as a
 * whole, since none of it can be read before all of it is there.
 */
export function visitMessages(
  content: StreamContent,
  from: number,
  until: number,
  visit: (message: StreamMessage, depth: number) => void,
  depth = 0,
): void {
  for (const message of content.messagesIn(from, until)) {
    visit(message, depth)
    const { carried, carriedOffset, value } = message
    if (carried !== null) visitMessages(carried, carriedOffset, carriedOffset + value, visit, depth + 1)
  }
}

/**
 * Returns the messages of which the stretch has bytes and that are more than a wrapping of others: flights, heads,
 * pieces of bodies, and what controls channels and windows.
 */
export function innerMessages(content: StreamContent, from: number, until: number): readonly StreamMessage[] {
  const found: StreamMessage[] = []
  visitMessages(content, from, until, (message) => {
    const isWrapping = insideOf(message).some((inside) => layerOf(inside) !== 'data')
    if (!isWrapping && layerOf(message) !== 'data') found.push(message)
  })
  return found
}

/** Returns the messages of which a message carries bytes. */
function insideOf({ carried, carriedOffset, value }: StreamMessage): readonly StreamMessage[] {
  return carried?.messagesIn(carriedOffset, carriedOffset + value) ?? []
}
