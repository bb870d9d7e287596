/** Kinds of marks in the bodies of exchanges */
/** The end of the object with which an API server responds to a request that failed. `detail`: see proxy-error.ts. */
export const STATUS_OBJECT = 64
export const MESSAGE = 51
/** A chunk of a streamed response. `value`: the tick at which it was sent. */
export const CHUNK = 52
/** A frame on an upgraded connection, of which `detail` is the kind (streaming/framings.ts); a write before its last. */
export const STREAM_FRAME = 53
export const FRAME_PART = 54
/** A typed key and its echo. `value`: the key's number. */
export const KEY = 55
export const ECHO = 56
/** A frame with `value` bytes of data on an upgraded connection, and a message with so many bytes of such frames. */
export const FRAME_DATA = 57
export const TUNNEL_DATA = 58
