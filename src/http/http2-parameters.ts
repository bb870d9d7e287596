import { CLIENT_PREFACE_BYTES, settingsBytes, WINDOW_UPDATE_BYTES } from './http2-frames.ts'

/** How one end of an HTTP/2 connection receives, and what it says about it when the connection opens. */
export interface Http2Parameters {
  /** Of each stream (SETTINGS_INITIAL_WINDOW_SIZE). */
  readonly initialStreamWindowBytes: number
  /** Of all streams together, after the WINDOW_UPDATE that opens the connection. */
  readonly connectionWindowBytes: number
  /** The largest payload of a frame that it accepts (SETTINGS_MAX_FRAME_SIZE). */
  readonly maxFrameBytes: number
  /**
   * Streams that the other end may have open. For a client: how many it opens before it knows what the server
   * allows.
   */
  readonly maxConcurrentStreams: number
  /**
   * What it sends before anything else, as a client and as a server: the client's preface, SETTINGS, and the
   * WINDOW_UPDATE that widens the connection's window.
   */
  readonly clientOpeningBytes: number
  readonly serverOpeningBytes: number
}

const KIB = 1024
const MIB = 1024 * KIB

/** Of a stream, and of the connection, where nobody says otherwise (RFC 9113 6.9.2). */
export const DEFAULT_STREAM_WINDOW_BYTES = 65_535

/** RFC 9113 6.5.2. */
export const DEFAULT_MAX_FRAME_BYTES = 16_384

/**
 * Go's client sends ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, and since x/net 0.30 (Kubernetes 1.32)
 * MAX_FRAME_SIZE (http2/transport.go); its server MAX_FRAME_SIZE, MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE,
 * HEADER_TABLE_SIZE and INITIAL_WINDOW_SIZE (http2/server.go). Both widen the connection's window at once.
 */
const GO_OPENINGS = {
  clientOpeningBytes: CLIENT_PREFACE_BYTES + settingsBytes(4) + WINDOW_UPDATE_BYTES,
  serverOpeningBytes: settingsBytes(5) + WINDOW_UPDATE_BYTES,
}

/** Go's client (x/net http2/transport.go). The connection's window is widened by 1 GiB. */
export const GO_CLIENT: Http2Parameters = {
  initialStreamWindowBytes: 4 * MIB,
  connectionWindowBytes: 1024 * MIB + DEFAULT_STREAM_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  maxConcurrentStreams: 100,
  ...GO_OPENINGS,
}

/** Go's server as it comes (x/net http2/server.go), such as the kubelet's. */
export const GO_SERVER: Http2Parameters = {
  initialStreamWindowBytes: MIB,
  connectionWindowBytes: MIB,
  maxFrameBytes: MIB,
  maxConcurrentStreams: 250,
  ...GO_OPENINGS,
}

/** The Kubernetes apiserver's choice for Go's server: most objects fit one frame (apiserver, secure_serving.go). */
const APISERVER_STREAM_WINDOW_BYTES = 256 * KIB

/** `maxConcurrentStreams` was 250 until October 2023 and is 100 since; `--http2-max-streams-per-connection` sets it. */
export function apiserverHttp2(maxConcurrentStreams: number): Http2Parameters {
  return {
    initialStreamWindowBytes: APISERVER_STREAM_WINDOW_BYTES,
    connectionWindowBytes: APISERVER_STREAM_WINDOW_BYTES * maxConcurrentStreams,
    maxFrameBytes: APISERVER_STREAM_WINDOW_BYTES,
    maxConcurrentStreams,
    ...GO_OPENINGS,
  }
}

/**
 * gRPC-Go's windows are the RFC's (internal/transport/defaults.go). Its estimate of the path's bandwidth, which may
 * widen them to 16 MiB later, is not modelled.
 */
const GRPC_GO_WINDOWS = {
  initialStreamWindowBytes: DEFAULT_STREAM_WINDOW_BYTES,
  connectionWindowBytes: DEFAULT_STREAM_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  clientOpeningBytes: CLIENT_PREFACE_BYTES + settingsBytes(0),
  /** MAX_FRAME_SIZE alone. */
  serverOpeningBytes: settingsBytes(1),
}

export const GRPC_GO_CLIENT: Http2Parameters = { ...GRPC_GO_WINDOWS, maxConcurrentStreams: 100 }

/** It names no limit of streams. */
export const GRPC_GO_SERVER: Http2Parameters = { ...GRPC_GO_WINDOWS, maxConcurrentStreams: Number.POSITIVE_INFINITY }

/** Go holds back smaller credits than this. */
const GO_MIN_REFRESH_BYTES = 4096

/**
 * What a reader that runs Go puts into a WINDOW_UPDATE, of a stream or of the connection: 0 while it holds the credit
 * back. It grants when there is enough to be worth a frame, or when the grant at least doubles what the writer may
 * still send (x/net http2/flow.go, `inflow.add`, since January 2023). After a grant nothing is unsent, and that much
 * more is available.
 *
 * @param availableBytes what the writer may send without another grant
 * @param unsentBytes read by the application and not granted anew yet
 */
export function windowUpdateBytes(availableBytes: number, unsentBytes: number): number {
  return unsentBytes < GO_MIN_REFRESH_BYTES && unsentBytes < availableBytes ? 0 : unsentBytes
}
