/** A version of HTTP at work on connections that stand. */
export interface Framing {
  /** Puts the head on the connection; it leaves with the first of the body, or at once where there is none. */
  sendRequest(exchange: number): void
  sendResponse(exchange: number): void
  /** More of bodies may be sent. */
  pump(connection: number): void
  hasRoom(exchange: number): boolean
  /** The stream's user has read so much. */
  onConsumed(exchange: number, lengthBytes: number): void
  /** This end wants nothing more of an exchange that is not over. */
  cancel(exchange: number): void
}
