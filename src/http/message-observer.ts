import type { Content } from '../transport/rows.ts'
import type { Exchange } from './rows.ts'
/** Somebody who looks on at what servers say to requests. */
export interface AnswerObserver {
  onAnswer(request: number, status: number, host: number): void
}

/**
 * Somebody who looks on at what an end has read, as it reads it. `content` is the plaintext of its connection that it
 * read: its author says so, and where `isAltered`, it is the changed copy that some byte of the message is of, from the
 * end of the message before on, and its original tells in whose words.
 */
export interface MessageObserver {
  /** The head of a request, before anybody has acted upon it. */
  onRequestRead(exchange: Exchange, content: Content, isAltered: boolean): void
  /** The head of an answer. */
  onAnswerRead(exchange: Exchange, content: Content, isAltered: boolean): void
  /**
   * A piece of a body: `lengthBytes` of `body` from `bodyOffset` on. `body` is the changed copy where `isAltered`, which
   * includes what was changed before the far end passed it on.
   */
  onBodyRead(
    exchange: Exchange,
    content: Content,
    lengthBytes: number,
    isAltered: boolean,
    body: Content,
    bodyOffset: number,
  ): void
}
