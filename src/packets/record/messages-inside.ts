import { layerOf } from './message-layers.ts'
import type { StreamContent, StreamMessage } from './stream-content.ts'

/**
 * Calls `visit` for each message with bytes in the range [from, until) of a content, and for messages inside its
 * records, channels and tunnels, outer ones first. A record with one byte in the range counts as a whole, because none
 * of it is readable before all of it has arrived.
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
 * Returns the messages with bytes in the range, without those that only wrap others: flights, heads, pieces of bodies,
 * and control messages of channels and windows.
 */
export function innerMessages(content: StreamContent, from: number, until: number): readonly StreamMessage[] {
  const found: StreamMessage[] = []
  visitMessages(content, from, until, (message) => {
    const isWrapping = insideOf(message).some((inside) => layerOf(inside) !== 'data')
    if (!isWrapping && layerOf(message) !== 'data') found.push(message)
  })
  return found
}

/** Returns the messages that a message carries bytes of. */
function insideOf({ carried, carriedOffset, value }: StreamMessage): readonly StreamMessage[] {
  return carried?.messagesIn(carriedOffset, carriedOffset + value) ?? []
}
