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
/** The end that writes it opens and accepts no more streams. */
export const GOAWAY = 10

const NAMES = ['data', 'open a stream', 'a stream is open', 'end of a stream', 'reset', 'result', 'ping', 'pong']
const LATER_NAMES = ['close', 'the connection is established', 'go away']

/** The `detail` of a frame's mark is its kind, plus this if the reader's data end with it. */
export const ENDS_DATA = 16

/** Names a frame by the `detail` of its mark. */
export function nameOfFrame(detail: number): string {
  return [...NAMES, ...LATER_NAMES][detail % ENDS_DATA]
}

/** The frames that one end writes. `contentBytes`: the length of the payload, the header block or the status. */
export interface FrameWriter {
  /** Returns the length of a write, of which a frame has one or more; 0 after the last. */
  partBytes(kind: number, part: number, contentBytes: number): number
  /** Returns the bytes of the content in a write. They are its last bytes. */
  partContentBytes(kind: number, part: number, contentBytes: number): number
  /**
   * True if another program copies the written data through a socket, in pieces that end at its buffer's boundaries.
   */
  readonly isCopied: boolean
}

/** A protocol of exec, attach and port-forward on an upgraded connection. */
export interface Framing {
  readonly client: FrameWriter
  readonly server: FrameWriter
  /** The most bytes of data in a frame. */
  readonly mostDataBytes: number
  /** Tells whether a reader is given the data of a frame as they arrive; otherwise it waits for the whole frame. */
  readonly clientReadsParts: boolean
  readonly serverReadsParts: boolean
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
  [GOAWAY]: [2, 2, 4, 4, 4],
}

/** The header of DATA; a control frame without its content (SPDY/3.1 sections 2.2.2, 2.6.2, 2.6.3, 2.6.5, 2.6.6). */
const SPDY_DATA_HEADER_BYTES = 8
const SPDY_HEADER_BYTES: Readonly<Record<number, number>> = {
  [DATA]: SPDY_DATA_HEADER_BYTES,
  [END]: SPDY_DATA_HEADER_BYTES,
  [STATUS]: SPDY_DATA_HEADER_BYTES,
  [OPENED]: 12,
  [PONG]: 12,
  [RESET]: 16,
  [GOAWAY]: 16,
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
    partContentBytes: (kind, part, contentBytes) => (SPDY_PARTS[kind][part] === CONTENT ? contentBytes : 0),
    isCopied: false,
  },
  server: { ...wholeFrames((kind, contentBytes) => SPDY_HEADER_BYTES[kind] + contentBytes), isCopied: true },
  mostDataBytes: COPY_BYTES,
  clientReadsParts: false,
  serverReadsParts: false,
  waitsForPong: true,
}

/** A client masks its messages with 4 bytes (RFC 6455 section 5.3). */
const MASK_BYTES = 4
/** The status code in a Close frame (RFC 6455 section 5.5.1). */
const CLOSE_CODE_BYTES = 2

/** The buffer of net/http, through which servers of both WebSocket libraries write (net/http/server.go). */
const SERVER_BUFFER_BYTES = 4096

/**
 * WebSocket messages, each of which begins with the number of a channel (client-go tools/remotecommand,
 * v5.channel.k8s.io). A client ends its input with a message of two bytes, which v5 has and no version before. kubectl
 * copies a message as it arrives (client-go tools/remotecommand/websocket.go, readDemuxLoop); the server reads it whole.
 */
export const WEBSOCKET: Framing = {
  client: wholeFrames((kind, contentBytes) => MASK_BYTES + messageBytes(channelBytes(kind, contentBytes))),
  server: {
    partBytes: (kind, part, contentBytes) =>
      bufferedPart(messageBytes(channelBytes(kind, contentBytes)), part, SERVER_BUFFER_BYTES),
    partContentBytes: (kind, part, contentBytes) => {
      const lengthBytes = messageBytes(channelBytes(kind, contentBytes))
      const partBytes = bufferedPart(lengthBytes, part, SERVER_BUFFER_BYTES)
      return part === 0 ? partBytes - (lengthBytes - contentBytes) : partBytes
    },
    isCopied: false,
  },
  mostDataBytes: COPY_BYTES,
  clientReadsParts: true,
  serverReadsParts: false,
  waitsForPong: false,
}

/** Returns the length of a write of a message through a bufio.Writer, which fills its buffer and writes the rest at once. */
function bufferedPart(lengthBytes: number, part: number, bufferBytes: number): number {
  if (part === 0) return Math.min(lengthBytes, bufferBytes)
  return part === 1 ? Math.max(0, lengthBytes - bufferBytes) : 0
}

function channelBytes(kind: number, contentBytes: number): number {
  if (kind === PING || kind === PONG) return 0
  if (kind === CLOSE) return CLOSE_CODE_BYTES
  return kind === END ? 2 : 1 + contentBytes
}

/** The size from which gorilla/websocket's server copies no message: twice that of its buffer (conn.go, Write). */
const UNBUFFERED_BYTES = 2 * SERVER_BUFFER_BYTES
/** The content of a fragment: the room of its buffer beside the longest header (conn.go, maxFrameHeaderSize). */
const FRAGMENT_BYTES = SERVER_BUFFER_BYTES - 14
/** The most that Go's crypto/tls returns of one read: a record. */
const TLS_READ_BYTES = 16 * 1024

/**
 * WebSocket messages with the bytes of a SPDY connection, as kubectl forwards ports from 1.31 on (KEP-4006, k/k#125528).
 * Each write of the client is a message (client-go tools/portforward/tunneling_connection.go, Write), and so is each
 * read of the API server, which writes header, bytes and an empty last fragment by themselves where they are many, and
 * in fragments where they are few. Both ends read a message as it arrives (tunneling_connection.go, Read).
 */
export const TUNNEL: Framing = {
  client: wholeFrames((kind, contentBytes) => MASK_BYTES + messageBytes(tunnelledBytes(kind, contentBytes))),
  server: {
    partBytes: (kind, part, contentBytes) => {
      const payloadBytes = tunnelledBytes(kind, contentBytes)
      if (isFragmented(payloadBytes)) {
        const fragmentBytes = Math.min(payloadBytes - part * FRAGMENT_BYTES, FRAGMENT_BYTES)
        return fragmentBytes > 0 || part === 0 ? messageBytes(fragmentBytes) : 0
      }
      if (part === 0) return messageBytes(payloadBytes) - payloadBytes
      if (part === 1) return payloadBytes
      return part === 2 ? messageBytes(0) : 0
    },
    partContentBytes: (kind, part, contentBytes) => {
      if (isFragmented(tunnelledBytes(kind, contentBytes)))
        return Math.max(0, Math.min(contentBytes - part * FRAGMENT_BYTES, FRAGMENT_BYTES))
      return part === 1 ? contentBytes : 0
    },
    isCopied: false,
  },
  mostDataBytes: TLS_READ_BYTES,
  clientReadsParts: true,
  serverReadsParts: true,
  waitsForPong: false,
}

function isFragmented(payloadBytes: number): boolean {
  return payloadBytes <= UNBUFFERED_BYTES
}

function tunnelledBytes(kind: number, contentBytes: number): number {
  return kind === CLOSE ? CLOSE_CODE_BYTES : contentBytes
}

function messageBytes(payloadBytes: number): number {
  const headerBytes = payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10
  return headerBytes + payloadBytes
}

function wholeFrames(bytesOf: (kind: number, contentBytes: number) => number): FrameWriter {
  return {
    partBytes: (kind, part, contentBytes) => (part === 0 ? bytesOf(kind, contentBytes) : 0),
    partContentBytes: (_kind, part, contentBytes) => (part === 0 ? contentBytes : 0),
    isCopied: false,
  }
}
