/** Kinds of frames on an upgraded connection. Each protocol has those that it needs. */
export const DATA = 0
/** A request to open the next stream, and its confirmation. */
export const OPEN = 1
export const OPENED = 2
/** A stream carries no more data in this direction. */
export const END = 3
export const RESET = 4
/** The result of the command, on the stream or channel for errors. */
export const STATUS = 5
export const PING = 6
export const PONG = 7
/** The connection is about to be closed. */
export const CLOSE = 8
/** The empty message with which a server tells that the connection is established. */
export const GREETING = 9

const NAMES = ['data', 'open a stream', 'a stream is open', 'end of a stream', 'reset', 'result', 'ping', 'pong']
const LATER_NAMES = ['close', 'the connection is established']

/** The `detail` of a frame's mark is its kind, plus this if the reader's data end with it. */
export const ENDS_DATA = 16

/** Returns what a frame is, of which a mark has this `detail`. */
export function nameOfFrame(detail: number): string {
  return [...NAMES, ...LATER_NAMES][detail % ENDS_DATA]
}

/** The frames that one end writes. `contentBytes`: the length of the payload, the header block or the status. */
export interface FrameWriter {
  /** Returns the length of a write, of which a frame has one or more; 0 after the last. */
  partBytes(kind: number, part: number, contentBytes: number): number
  /** Returns the write whose last bytes complete the frame's content. */
  completingPart(kind: number, contentBytes: number): number
  /** Tells whether data of one tick go into one write, as after a program in between has copied them. */
  readonly coalesces: boolean
}

/** A protocol of exec, attach and port-forward on an upgraded connection. */
export interface Framing {
  readonly client: FrameWriter
  readonly server: FrameWriter
  /** The most bytes of data in a frame. */
  readonly mostDataBytes: number
  /** Tells whether a client sends no ping while it waits for the answer to the last one. */
  readonly waitsForPong: boolean
}

/** The buffer of Go's io.Copy (io/io.go, copyBuffer), from which programs on both ends write to their streams. */
const COPY_BYTES = 32 * 1024

/** Stands for the content in a list of writes. */
const CONTENT = -1

/**
 * The writes of moby/spdystream, which writes each field of a frame by itself (spdy/write.go). What is not listed, no
 * client writes.
 */
const SPDY_PARTS: Readonly<Record<number, readonly number[]>> = {
  [DATA]: [4, 4, CONTENT],
  [OPEN]: [2, 2, 4, 4, 4, 1, 1, CONTENT],
  [END]: [4, 4],
  [RESET]: [2, 2, 4, 4, 4],
  [PING]: [2, 2, 4, 4],
}

/** The header of DATA; a control frame without its content: SYN_REPLY, PING (SPDY/3.1 sections 2.2.2, 2.6). */
const SPDY_DATA_HEADER_BYTES = 8
const SPDY_HEADER_BYTES: Readonly<Record<number, number>> = {
  [DATA]: SPDY_DATA_HEADER_BYTES,
  [END]: SPDY_DATA_HEADER_BYTES,
  [STATUS]: SPDY_DATA_HEADER_BYTES,
  [OPENED]: 12,
  [PONG]: 12,
}

/**
 * SPDY/3.1 without flow control: spdystream reads no window and sends no WINDOW_UPDATE. A frame of data is read as a
 * whole (spdy/read.go, parseDataFrame). The server is the container runtime, whose writes the kubelet copies, several at
 * a time.
 */
export const SPDY: Framing = {
  client: {
    partBytes: (kind, part, contentBytes) => {
      const parts = SPDY_PARTS[kind]
      if (part >= parts.length) return 0
      return parts[part] === CONTENT ? contentBytes : parts[part]
    },
    completingPart: (kind) => SPDY_PARTS[kind].length - 1,
    coalesces: false,
  },
  server: wholeFrames((kind, contentBytes) => SPDY_HEADER_BYTES[kind] + contentBytes, true),
  mostDataBytes: COPY_BYTES,
  waitsForPong: true,
}

/** A client masks its messages with 4 bytes (RFC 6455 section 5.3). */
const MASK_BYTES = 4
/** The status code in a Close frame (RFC 6455 section 5.5.1). */
const CLOSE_CODE_BYTES = 2

/**
 * WebSocket messages, each of which begins with the number of a channel (client-go tools/remotecommand,
 * v5.channel.k8s.io). A client ends its input with a message of two bytes, which v5 has and no version before.
 */
export const WEBSOCKET: Framing = {
  client: wholeFrames((kind, contentBytes) => MASK_BYTES + messageBytes(channelBytes(kind, contentBytes)), false),
  server: wholeFrames((kind, contentBytes) => messageBytes(channelBytes(kind, contentBytes)), false),
  mostDataBytes: COPY_BYTES,
  waitsForPong: false,
}

function channelBytes(kind: number, contentBytes: number): number {
  if (kind === PING || kind === PONG) return 0
  if (kind === CLOSE) return CLOSE_CODE_BYTES
  return kind === END ? 2 : 1 + contentBytes
}

/** The size from which gorilla/websocket's server copies no message: twice that of net/http's buffer (conn.go, Write). */
const UNBUFFERED_BYTES = 2 * 4096
/** The most that Go's crypto/tls returns of one read: a record. */
const TLS_READ_BYTES = 16 * 1024

/**
 * WebSocket messages with the bytes of a SPDY connection, as kubectl forwards ports from 1.31 on (KEP-4006, k/k#125528).
 * Each write of the client is a message (client-go tools/portforward/tunneling_connection.go, Write), and so is each
 * read of the API server, which writes header, bytes and an empty last fragment by themselves where they are many.
 */
export const TUNNEL: Framing = {
  client: wholeFrames((kind, contentBytes) => MASK_BYTES + messageBytes(tunnelledBytes(kind, contentBytes)), false),
  server: {
    partBytes: (kind, part, contentBytes) => {
      const isWhole = kind !== DATA || contentBytes <= UNBUFFERED_BYTES
      if (isWhole) return part === 0 ? messageBytes(tunnelledBytes(kind, contentBytes)) : 0
      if (part === 0) return messageBytes(contentBytes) - contentBytes
      if (part === 1) return contentBytes
      return part === 2 ? messageBytes(0) : 0
    },
    completingPart: (kind, contentBytes) => (kind === DATA && contentBytes > UNBUFFERED_BYTES ? 1 : 0),
    coalesces: false,
  },
  mostDataBytes: TLS_READ_BYTES,
  waitsForPong: false,
}

function tunnelledBytes(kind: number, contentBytes: number): number {
  return kind === CLOSE ? CLOSE_CODE_BYTES : contentBytes
}

function messageBytes(payloadBytes: number): number {
  const headerBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10
  return headerBytes + payloadBytes
}

function wholeFrames(bytesOf: (kind: number, contentBytes: number) => number, coalesces: boolean): FrameWriter {
  return {
    partBytes: (kind, part, contentBytes) => (part === 0 ? bytesOf(kind, contentBytes) : 0),
    completingPart: () => 0,
    coalesces,
  }
}
