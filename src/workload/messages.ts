/** Kinds of marks in the bodies of exchanges */
/** The end of the object with which an API server responds to a request that failed. `detail`: see proxy-error.ts. */
export const STATUS_OBJECT = 64
export const MESSAGE = 51
/** A chunk of a streamed response. `value`: the tick at which it was sent. */
export const CHUNK = 52
/** The request to open a stream inside an upgraded connection, and its confirmation. */
export const OPENING = 53
export const OPENED = 54
/** A typed key and its echo. `value`: the key's number. */
export const KEY = 55
export const ECHO = 56
