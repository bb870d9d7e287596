import type { Exchange, HttpConnection } from './rows.ts'
/** A version of HTTP at work on connections that stand. */
export interface Framing {
  /** Puts the head on the connection; it leaves with the first of the body, or at once where there is none. */
  sendRequest(exchange: Exchange): void
  sendResponse(exchange: Exchange): void
  /** More of bodies may be sent. */
  pump(connection: HttpConnection): void
  hasRoom(exchange: Exchange): boolean
  /** The stream's user has read so much. */
  onConsumed(exchange: Exchange, lengthBytes: number): void
  /** This end wants nothing more of an exchange that is not over. */
  cancel(exchange: Exchange): void
}
