/**
 * The protocol of exec, attach and port-forward on an upgraded connection. Frame sizes follow from the formats; sizes
 * of compressed header blocks are estimates.
 */
export interface StreamingProtocol {
  /** Returns the size of a frame with so many bytes of one stream. */
  fromClientBytes(payloadBytes: number): number
  fromServerBytes(payloadBytes: number): number
  /** Whether the client opens streams one after the other, and waits for the confirmation of each. */
  readonly opensStreams: boolean
  readonly openingBytes: number
  readonly openedBytes: number
  readonly pingBytes: number
  readonly pongBytes: number
}

const SPDY_DATA_HEADER_BYTES = 8

/**
 * SPDY/3.1: SYN_STREAM has 18 bytes before its header block, SYN_REPLY 12; client-go waits for the reply to each
 * (apimachinery pkg/util/httpstream/spdy/connection.go, CreateStream). Header blocks hold `streamtype` and a port or
 * request id, deflated, and are taken as 40 and 8 bytes.
 */
export const SPDY: StreamingProtocol = {
  fromClientBytes: (payloadBytes) => SPDY_DATA_HEADER_BYTES + payloadBytes,
  fromServerBytes: (payloadBytes) => SPDY_DATA_HEADER_BYTES + payloadBytes,
  opensStreams: true,
  openingBytes: 18 + 40,
  openedBytes: 12 + 8,
  // A PING has an id of 4 bytes behind 8 of header.
  pingBytes: 12,
  pongBytes: 12,
}

/**
 * WebSocket frames (RFC 6455 section 5.2) with a byte that names the channel (client-go tools/remotecommand,
 * v5.channel.k8s.io).
 */
export const WEBSOCKET: StreamingProtocol = {
  fromClientBytes: (payloadBytes) => webSocketHeaderBytes(payloadBytes + 1) + 4 + 1 + payloadBytes,
  fromServerBytes: (payloadBytes) => webSocketHeaderBytes(payloadBytes + 1) + 1 + payloadBytes,
  opensStreams: false,
  openingBytes: 0,
  openedBytes: 0,
  // A client masks its frames with 4 bytes.
  pingBytes: 6,
  pongBytes: 2,
}

/** The lengths of the parts in which moby/spdystream writes a frame besides its data (spdy/write.go). */
const SPDY_DATA_PARTS: readonly number[] = [4, 4]
const SPDY_PING_PARTS: readonly number[] = [2, 2, 4, 4]
const SPDY_SYN_STREAM_PARTS: readonly number[] = [2, 2, 4, 4, 4, 1, 1, 40]

/**
 * SPDY/3.1 in messages of a WebSocket, as kubectl forwards ports from 1.31 on (KEP-4006, k/k#125528): the streams are
 * opened as in SPDY. Each part that the client writes is a message (client-go tools/portforward/tunneling_connection.go,
 * Write); the API server sends what it has read of a frame as one.
 */
export const SPDY_IN_WEBSOCKET: StreamingProtocol = {
  fromClientBytes: (payloadBytes) => maskedBytes([...SPDY_DATA_PARTS, payloadBytes]),
  fromServerBytes: (payloadBytes) => messageBytes(SPDY.fromServerBytes(payloadBytes)),
  opensStreams: true,
  openingBytes: maskedBytes(SPDY_SYN_STREAM_PARTS),
  openedBytes: messageBytes(SPDY.openedBytes),
  pingBytes: maskedBytes(SPDY_PING_PARTS),
  pongBytes: messageBytes(SPDY.pongBytes),
}

function messageBytes(payloadBytes: number): number {
  return webSocketHeaderBytes(payloadBytes) + payloadBytes
}

/** Returns the bytes of messages that a client sends, which masks each with 4 bytes. */
function maskedBytes(payloads: readonly number[]): number {
  return payloads.reduce((sum, payloadBytes) => sum + 4 + messageBytes(payloadBytes), 0)
}

function webSocketHeaderBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2
  return payloadBytes < 65_536 ? 4 : 10
}

/**
 * The number of streams of an upgraded connection. A terminal has error, stdin, stdout and resize; a command has error,
 * stdout and stderr; a forwarded port has error and data.
 */
export const STREAMS_OPENED = { terminal: 4, command: 3, port: 2 } as const
