import type { Content } from '../transport/rows.ts'
import type { Exchange } from './rows.ts'

/** Observes the responses of servers. */
export interface ResponseObserver {
  /** Called before the response is sent. `host` is the server's, and `exchange` the server's side of the exchange. */
  onResponse(request: number, status: number, host: number, exchange: Exchange): void
}

/**
 * Observes what the ends of connections read, when they read it. `content` is the plaintext of the connection that was
 * read, in which the head, or the piece of a body, ends at `endOffset`; its author is the host that wrote it. Where
 * `isAltered`, it is the changed copy to which some byte of the message belongs, and its original names the author of the
 * unchanged data.
 */
export interface MessageObserver {
  /** Called when the head of a request was read, before anything was done about it. */
  onRequestRead(exchange: Exchange, content: Content, endOffset: number, isAltered: boolean): void
  /** Called when the head of a response was read. */
  onResponseRead(exchange: Exchange, content: Content, endOffset: number, isAltered: boolean): void
  /**
   * Called when a piece of a body was read: `lengthBytes` of `body` from `bodyOffset` on. `body` is the changed copy
   * where `isAltered`, which includes changes that were made before the far end passed the data on.
   */
  onBodyRead(
    exchange: Exchange,
    content: Content,
    endOffset: number,
    lengthBytes: number,
    isAltered: boolean,
    body: Content,
    bodyOffset: number,
  ): void
}

/** Returns an observer that passes each call to both observers; if one is null, returns the other one. */
export function bothMessageObservers(first: MessageObserver | null, second: MessageObserver): MessageObserver {
  if (first === null) return second
  return {
    onRequestRead(...read) {
      first.onRequestRead(...read)
      second.onRequestRead(...read)
    },
    onResponseRead(...read) {
      first.onResponseRead(...read)
      second.onResponseRead(...read)
    },
    onBodyRead(...read) {
      first.onBodyRead(...read)
      second.onBodyRead(...read)
    },
  }
}
