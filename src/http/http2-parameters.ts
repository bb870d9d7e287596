import { NS_PER_S } from '../engine/ticks.ts'
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
  /** What it sends before anything else: the preface of a client, SETTINGS, a WINDOW_UPDATE that widens the window. */
  readonly openingBytes: number
  /** Its SETTINGS name the size of its header table, so that the far end's next header block does (HpackTables). */
  readonly namesHeaderTableSize: boolean
  /** How it grants more of its windows (http2-flow-control.ts). */
  readonly grants: 'go' | 'grpc'
  /** As a client it asks nothing before it has the server's SETTINGS. */
  readonly awaitsSettings: boolean
  /** When it asks whether the far end is there, on either side; null: a client's owner says whether, and client-go how. */
  readonly keepalive: Keepalive | null
}

/** A PING when nothing came for `idleNs`, and the end when nothing came for `timeoutNs` more. */
export interface Keepalive {
  readonly idleNs: number
  readonly timeoutNs: number
}

const KIB = 1024
const MIB = 1024 * KIB

/** What holds where nobody says otherwise (RFC 9113 6.5.2, 6.9.2). */
export const DEFAULT_WINDOW_BYTES = 65_535
export const DEFAULT_MAX_FRAME_BYTES = 16_384

/**
 * Go's client (x/net http2/transport.go): ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, and since x/net
 * 0.30 (Kubernetes 1.32) MAX_FRAME_SIZE, always with the default's value.
 */
export const GO_CLIENT: Http2Parameters = {
  initialStreamWindowBytes: 4 * MIB,
  connectionWindowBytes: 1024 * MIB + DEFAULT_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  maxConcurrentStreams: 100,
  openingBytes: CLIENT_PREFACE_BYTES + settingsBytes(4) + WINDOW_UPDATE_BYTES,
  namesHeaderTableSize: false,
  grants: 'go',
  awaitsSettings: false,
  keepalive: null,
}

/**
 * Go's server as it comes (x/net http2/server.go): the kubelet's. Its SETTINGS: MAX_FRAME_SIZE,
 * MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE.
 */
export const GO_SERVER: Http2Parameters = {
  initialStreamWindowBytes: MIB,
  connectionWindowBytes: MIB,
  maxFrameBytes: MIB,
  maxConcurrentStreams: 250,
  openingBytes: settingsBytes(5) + WINDOW_UPDATE_BYTES,
  namesHeaderTableSize: true,
  grants: 'go',
  awaitsSettings: false,
  keepalive: null,
}

/** The Kubernetes apiserver's choice for Go's server, so that most objects fit one frame (secure_serving.go). */
const APISERVER_STREAM_WINDOW_BYTES = 256 * KIB

/** `maxConcurrentStreams` was 250 until October 2023 and is 100 since; `--http2-max-streams-per-connection` sets it. */
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
 * gRPC-Go's client and server (internal/transport/defaults.go, http2_client.go, http2_server.go): RFC windows. Its
 * estimate of the path's bandwidth, which may widen them to 16 MiB later, is not modelled.
 */
export const GRPC_GO_CLIENT: Http2Parameters = {
  initialStreamWindowBytes: DEFAULT_WINDOW_BYTES,
  connectionWindowBytes: DEFAULT_WINDOW_BYTES,
  maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
  maxConcurrentStreams: 100,
  openingBytes: CLIENT_PREFACE_BYTES + settingsBytes(0),
  namesHeaderTableSize: false,
  grants: 'grpc',
  awaitsSettings: true,
  keepalive: null,
}

/** It sends one setting, MAX_FRAME_SIZE, and no limit of streams. */
export const GRPC_GO_SERVER: Http2Parameters = {
  ...GRPC_GO_CLIENT,
  maxConcurrentStreams: Number.POSITIVE_INFINITY,
  openingBytes: settingsBytes(1),
  awaitsSettings: false,
}

/** gRPC-Go's keepalive (keepalive/keepalive.go), whose timeout is 20 s by default. */
export function withKeepalive(parameters: Http2Parameters, idleNs: number): Http2Parameters {
  return { ...parameters, keepalive: { idleNs, timeoutNs: GRPC_KEEPALIVE_TIMEOUT_NS } }
}

const GRPC_KEEPALIVE_TIMEOUT_NS = 20 * NS_PER_S
