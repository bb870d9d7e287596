/** Kinds of marks on a stream that carries HTTP. Those that belong to an exchange have its number in `detail`. */
export const REQUEST_HEAD = 1
export const RESPONSE_HEAD = 2
/** `value` bytes of a body, which are those of the content that the mark carries. */
export const BODY = 3
/** The end of a message that did not come with its last bytes. */
export const BODY_END = 4
export const SETTINGS = 5
export const SETTINGS_ACKNOWLEDGED = 6
export const WINDOW_UPDATE = 7
export const PING = 8
export const PING_ACKNOWLEDGED = 9
export const STREAM_RESET = 10

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
