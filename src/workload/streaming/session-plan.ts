import { CLOSE, type Framing, TUNNEL } from './framings.ts'

/** A stream that a client opens, with the lengths of the compressed header blocks. */
export interface PlannedStream {
  readonly openBytes: number
  readonly openedBytes: number
  /** Tells whether the client ends its direction as soon as the stream is open. */
  readonly endsAtOnce: boolean
}

/** A frame with which an end finishes. */
export interface Ending {
  readonly kind: number
  readonly contentBytes: number
  /** True if the reader's data end with it. */
  readonly endsData: boolean
}

/** The course of an upgraded connection: which streams are opened in it, and how both ends finish. Immutable. */
export interface SessionPlan {
  readonly framing: Framing
  /** True if the frames are the content of WebSocket messages. */
  readonly isTunnelled: boolean
  /** The streams that the client opens, each when the one before it is confirmed. */
  readonly opens: readonly PlannedStream[]
  readonly greets: boolean
  /** The time between the client's pings; null if it sends none. */
  readonly pingNs: number | null
  readonly clientEndings: readonly Ending[]
  readonly serverEndings: readonly Ending[]
  /** True if the server closes the connection when it has finished. Otherwise the client does. */
  readonly serverCloses: boolean
  /** The kinds of frames that a client writes before it closes the connection. */
  readonly clientCloses: readonly number[]
}

/** The messages around a SPDY connection. */
export const TUNNEL_PLAN: SessionPlan = {
  framing: TUNNEL,
  isTunnelled: false,
  opens: [],
  greets: false,
  pingNs: null,
  clientEndings: [],
  serverEndings: [{ kind: CLOSE, contentBytes: 0, endsData: true }],
  serverCloses: true,
  clientCloses: [],
}
