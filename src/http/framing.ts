import type { Exchange, HttpConnection } from './rows.ts'

/** A version of HTTP: it writes heads and bodies on an open connection. */
export interface Framing {
  /**
   * Writes the head on the connection. It leaves with the first bytes of the body, or at once when there is no body.
   */
  sendRequest(exchange: Exchange): void
  sendResponse(exchange: Exchange): void
  /** Sends bodies as far as windows and the connection allow. */
  pump(connection: HttpConnection): void
  /** Ends an exchange that is not complete, because its user wants nothing more or its body breaks off. */
  cancel(exchange: Exchange): void
  /** Returns the most that the next piece of a body may hold; 0 while the far end must grant more first. */
  maxPieceBytes(exchange: Exchange): number
  writePiece(exchange: Exchange, lengthBytes: number, isLast: boolean): void
  /** Writes the end of a body, when the last piece was not known to be the last. */
  writeEnd(exchange: Exchange): void
}
