/** Kinds of marks in the bodies of exchanges. */
export const MESSAGE = 1
/** A piece of an answer that goes on; `value` is the tick at which it was said. */
export const CHUNK = 2
/** Between the ends of an upgraded connection: a stream inside it is opened, and that is confirmed. */
export const OPENING = 3
export const OPENED = 4
/** A key and its echo; `value` is the key's number. */
export const KEY = 5
export const ECHO = 6
