import type { Exchange, HttpConnection } from './rows.ts'

/** A version of HTTP: how it writes heads and bodies on a connection that is open. */
export interface Framing {
  /** Puts the head on the connection; it leaves with the first bytes of the body, or at once when there is none. */
  sendRequest(exchange: Exchange): void
  sendResponse(exchange: Exchange): void
  /** Sends as much of the bodies on the connection as windows and buffers allow. */
  pump(connection: HttpConnection): void
  /** Ends an exchange before it is complete, because its user wants no more of it or its body breaks off. */
  cancel(exchange: Exchange): void
  /** Returns how many bytes the next piece of a body may hold; 0 while the far end must grant more first. */
  mostBytes(exchange: Exchange): number
  writePiece(exchange: Exchange, lengthBytes: number, isLast: boolean): void
  /** Writes the end of a body whose last piece was not known to be the last. */
  writeEnd(exchange: Exchange): void
}
