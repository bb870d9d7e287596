/** Kinds of marks on a stream that carries HTTP. Those that belong to an exchange have its number in `detail`. */
export const REQUEST_HEAD = 21
export const RESPONSE_HEAD = 22
/** `value` bytes of a body, which are those of the content that the mark carries. */
export const BODY = 23
/** The end of a message that did not come with its last bytes. */
export const BODY_END = 24
export const SETTINGS = 25
export const SETTINGS_ACKNOWLEDGED = 26
export const WINDOW_UPDATE = 27
export const PING = 28
export const PING_ACKNOWLEDGED = 29
export const STREAM_RESET = 30

/** `detail` of a mark: an exchange's number, and whether its message ends here. */
export function detailOf(number: number, isEnd: boolean): number {
  return number * 2 + (isEnd ? 1 : 0)
}

export function numberOf(detail: number): number {
  return detail >> 1
}

export function isEnd(detail: number): boolean {
  return (detail & 1) === 1
}
