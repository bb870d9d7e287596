import { NS_PER_S } from '../engine/ticks.ts'
import { CLIENT_PREFACE_BYTES, settingsBytes, WINDOW_UPDATE_BYTES } from './http2-frames.ts'

/** The receive settings of one end of an HTTP/2 connection, which it sends when the connection opens. */
export interface Http2Parameters {
  /** The initial window of each stream (SETTINGS_INITIAL_WINDOW_SIZE). */
  readonly initialStreamWindowBytes: number
  /** The window of all streams together, after the WINDOW_UPDATE that opens the connection. */
  readonly connectionWindowBytes: number
  /** The largest frame payload that it accepts (SETTINGS_MAX_FRAME_SIZE). */
  readonly maxFrameBytes: number
  /**
   * The number of streams that the other end may open. For a client: how many streams it opens before it knows the
   * server's limit.
   */
  readonly maxConcurrentStreams: number
  /**
   * The size of the first bytes that it sends: a client's preface, SETTINGS, and a WINDOW_UPDATE that widens the
   * window.
   */
  readonly openingBytes: number
  /** Its SETTINGS contain HEADER_TABLE_SIZE, so the far end's next header block acknowledges it (HpackTables). */
  readonly namesHeaderTableSize: boolean
  /** The implementation whose rules it follows: when it grants window (http2-flow-control.ts), and how a body ends. */
  readonly implementation: 'go' | 'grpc'
  /** True if a client sends no request before it has received the server's SETTINGS. */
  readonly awaitsSettings: boolean
  /**
   * When it checks whether the far end is alive, as a client or a server. With null, the owner of a client's connection
   * decides whether it does, and client-go's times apply.
   */
  readonly keepalive: Keepalive | null
}

/**
 * A PING is sent when nothing has arrived for `idleNs`, and the connection fails when nothing arrives for another
 * `timeoutNs`.
 */
export interface Keepalive {
  readonly idleNs: number
  readonly timeoutNs: number
}

const KIB = 1024
const MIB = 1024 * KIB

/** Defaults of HTTP/2 (RFC 9113 sections 6.5.2 and 6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535
export const DEFAULT_MAX_FRAME_BYTES = 16_384

/**
 * Go's client (x/net/http2/transport.go). Its SETTINGS: ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE and,
 * since x/net 0.30 (Kubernetes 1.32), MAX_FRAME_SIZE, always with the default value.
 */
export const GO_CLIENT: Http2Parameters = {
  initialStreamWindowBytes: 4 * MIB,
  connectionWindowBytes: 1024 * MIB + DEFAULT_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  maxConcurrentStreams: 100,
  openingBytes: CLIENT_PREFACE_BYTES + settingsBytes(4) + WINDOW_UPDATE_BYTES,
  namesHeaderTableSize: false,
  implementation: 'go',
  awaitsSettings: false,
  keepalive: null,
}

/**
 * Go's server with its defaults (x/net/http2/server.go), as the kubelet uses it. Its SETTINGS: MAX_FRAME_SIZE,
 * MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE.
 */
export const GO_SERVER: Http2Parameters = {
  initialStreamWindowBytes: MIB,
  connectionWindowBytes: MIB,
  maxFrameBytes: MIB,
  maxConcurrentStreams: 250,
  openingBytes: settingsBytes(5) + WINDOW_UPDATE_BYTES,
  namesHeaderTableSize: true,
  implementation: 'go',
  awaitsSettings: false,
  keepalive: null,
}

/**
 * The window of a stream at the Kubernetes apiserver, chosen so that most objects fit one frame (apiserver
 * pkg/server/secure_serving.go).
 */
const APISERVER_STREAM_WINDOW_BYTES = 256 * KIB

/**
 * Returns the parameters of the apiserver. `maxConcurrentStreams` is set by `--http2-max-streams-per-connection`; its
 * default was 250 until October 2023 and is 100 since.
 */
export function apiserverHttp2(maxConcurrentStreams: number): Http2Parameters {
  return {
    ...GO_SERVER,
    initialStreamWindowBytes: APISERVER_STREAM_WINDOW_BYTES,
    connectionWindowBytes: APISERVER_STREAM_WINDOW_BYTES * maxConcurrentStreams,
    maxFrameBytes: APISERVER_STREAM_WINDOW_BYTES,
    maxConcurrentStreams,
  }
}

/**
 * gRPC-Go's client (internal/transport/defaults.go, http2_client.go), with the windows of the RFC. Its estimate of the
 * path's bandwidth, which can widen them to 16 MiB later, is not modelled.
 */
export const GRPC_GO_CLIENT: Http2Parameters = {
  initialStreamWindowBytes: DEFAULT_WINDOW_BYTES,
  connectionWindowBytes: DEFAULT_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  maxConcurrentStreams: 100,
  openingBytes: CLIENT_PREFACE_BYTES + settingsBytes(0),
  namesHeaderTableSize: false,
  implementation: 'grpc',
  awaitsSettings: true,
  keepalive: null,
}

/**
 * gRPC-Go's server (internal/transport/http2_server.go), which sends one setting, MAX_FRAME_SIZE, and no limit of
 * streams.
 */
export const GRPC_GO_SERVER: Http2Parameters = {
  ...GRPC_GO_CLIENT,
  maxConcurrentStreams: Number.POSITIVE_INFINITY,
  openingBytes: settingsBytes(1),
  awaitsSettings: false,
}

/** Returns the parameters with gRPC-Go's keepalive (keepalive/keepalive.go), whose timeout is 20 s by default. */
export function withKeepalive(parameters: Http2Parameters, idleNs: number): Http2Parameters {
  return { ...parameters, keepalive: { idleNs, timeoutNs: GRPC_KEEPALIVE_TIMEOUT_NS } }
}

/**
 * The wait for the reply to a gRPC ping. Both ends set TCP_USER_TIMEOUT to it too (grpc-go, internal/transport:
 * http2_client.go, http2_server.go, SetTCPUserTimeout).
 */
export const GRPC_KEEPALIVE_TIMEOUT_NS = 20 * NS_PER_S
