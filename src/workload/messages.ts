/** Kinds of marks in the bodies of exchanges. */
export const MESSAGE = 51
/** A piece of an answer that goes on; `value` is the tick at which it was said. */
export const CHUNK = 52
/** Between the ends of an upgraded connection: a stream inside it is opened, and that is confirmed. */
export const OPENING = 53
export const OPENED = 54
/** A key and its echo; `value` is the key's number. */
export const KEY = 55
export const ECHO = 56
