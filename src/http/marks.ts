/**
 * Kinds of marks on a stream that carries HTTP. `detail` of a mark that belongs to an exchange is the exchange's number
 * and whether its message ends there.
 */
export const REQUEST_HEAD = 21
export const RESPONSE_HEAD = 22
/** `value` bytes of a body. The mark carries their content. */
export const BODY = 23
/** The end of a message, when it did not come with the last bytes. */
export const BODY_END = 24
export const SETTINGS = 25
export const SETTINGS_ACKNOWLEDGED = 26
export const WINDOW_UPDATE = 27
/** A ping, of HTTP/2 or of the protocol of an upgraded connection. `value` is the size of the answer. */
export const PING = 28
export const PING_ACKNOWLEDGED = 29
export const STREAM_RESET = 30

/** Returns the `detail` of a mark: an exchange's number, and whether its message ends here. */
export function detailOf(number: number, isEnd: boolean): number {
  return number * 2 + (isEnd ? 1 : 0)
}

/** Returns the number of the exchange in the `detail` of a mark. */
export function numberOf(detail: number): number {
  return detail >> 1
}

/** Returns whether a message ends at the mark with this `detail`. */
export function isEnd(detail: number): boolean {
  return (detail & 1) === 1
}
