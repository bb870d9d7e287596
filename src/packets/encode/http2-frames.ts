import { CLIENT_PREFACE_BYTES, FRAME_HEADER_BYTES, WINDOW_UPDATE_BYTES } from '../../http/http2-frames.ts'
import { DEFAULT_WINDOW_BYTES, type Http2Parameters } from '../../http/http2-parameters.ts'
import { ByteWriter } from './byte-writer.ts'
import { fillerOf } from './filler.ts'

/** Frames of HTTP/2 (RFC 9113 sections 3.4, 4.1 and 6). */

const DATA = 0
const HEADERS = 1
const RST_STREAM = 3
const SETTINGS = 4
const PING = 6
const WINDOW_UPDATE = 8
const CONTINUATION = 9

const END_STREAM = 0x1
const ACK = 0x1
const END_HEADERS = 0x4

const CANCEL = 8

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** The stream id of the connection itself. */
const CONNECTION = 0

/** Returns the stream id of an exchange. Clients use odd ids (RFC 9113 section 5.1.1). */
function streamOf(exchange: number): number {
  return exchange === 0 ? CONNECTION : 2 * exchange - 1
}

function frame(type: number, flags: number, stream: number, lengthBytes: number): ByteWriter {
  return new ByteWriter().number(lengthBytes, 3).number(type, 1).number(flags, 1).number(stream, 4)
}

export function dataFrameHeader(exchange: number, lengthBytes: number, isEnd: boolean): Uint8Array {
  return frame(DATA, isEnd ? END_STREAM : 0, streamOf(exchange), lengthBytes).take()
}

/** Returns HEADERS and CONTINUATION frames, `bytes` in total. */
export function headersFrames(exchange: number, block: Uint8Array, isEnd: boolean, bytes: number): Uint8Array {
  const frames = Math.max(1, Math.round((bytes - block.length) / FRAME_HEADER_BYTES))
  const share = Math.ceil(block.length / frames)
  const writer = new ByteWriter()
  for (let i = 0; i < frames; i++) {
    const part = block.subarray(i * share, (i + 1) * share)
    const flags = (i === frames - 1 ? END_HEADERS : 0) | (i === 0 && isEnd ? END_STREAM : 0)
    writer.bytes(
      frame(i === 0 ? HEADERS : CONTINUATION, flags, streamOf(exchange), part.length)
        .bytes(part)
        .take(),
    )
  }
  return writer.take()
}

export function resetFrame(exchange: number): Uint8Array {
  return frame(RST_STREAM, 0, streamOf(exchange), 4).number(CANCEL, 4).take()
}

export function windowUpdateFrame(exchange: number, increment: number): Uint8Array {
  return frame(WINDOW_UPDATE, 0, streamOf(exchange), 4).number(increment, 4).take()
}

export function pingFrame(isAcknowledgement: boolean, name: string): Uint8Array {
  return frame(PING, isAcknowledgement ? ACK : 0, CONNECTION, 8)
    .bytes(fillerOf(name, 8))
    .take()
}

export function settingsAcknowledgement(): Uint8Array {
  return frame(SETTINGS, ACK, CONNECTION, 0).take()
}

/**
 * Returns the first bytes that an end sends: the preface of a client, SETTINGS, and a WINDOW_UPDATE if it sends one.
 */
export function opening(parameters: Http2Parameters): Uint8Array {
  const { openingBytes, connectionWindowBytes } = parameters
  const isServer = parameters.namesHeaderTableSize || parameters.maxConcurrentStreams === Number.POSITIVE_INFINITY
  const writer = new ByteWriter()
  if (!isServer) writer.text(PREFACE)
  const rest = openingBytes - (isServer ? 0 : CLIENT_PREFACE_BYTES) - FRAME_HEADER_BYTES
  const widens = connectionWindowBytes > DEFAULT_WINDOW_BYTES && rest >= WINDOW_UPDATE_BYTES
  const settings = settingsOf(parameters, isServer).slice(0, (rest - (widens ? WINDOW_UPDATE_BYTES : 0)) / 6)
  const own = frame(SETTINGS, 0, CONNECTION, 6 * settings.length)
  for (const [id, value] of settings) own.number(id, 2).number(value, 4)
  writer.bytes(own.take())
  if (widens) writer.bytes(windowUpdateFrame(CONNECTION, connectionWindowBytes - DEFAULT_WINDOW_BYTES))
  return writer.take()
}

/** Identifiers of settings (RFC 9113 section 6.5.2). */
const HEADER_TABLE_SIZE = 1
const ENABLE_PUSH = 2
const MAX_CONCURRENT_STREAMS = 3
const INITIAL_WINDOW_SIZE = 4
const MAX_FRAME_SIZE = 5
const MAX_HEADER_LIST_SIZE = 6

/** The largest head that Go accepts, as a client and as a server (x/net/http2, net/http.DefaultMaxHeaderBytes). */
const CLIENT_HEADER_LIST_BYTES = 10 << 20
const SERVER_HEADER_LIST_BYTES = (1 << 20) + 320

/** Returns the settings in the order in which Go and gRPC-Go send them (see Http2Parameters). */
function settingsOf(parameters: Http2Parameters, isServer: boolean): readonly (readonly [number, number])[] {
  const { initialStreamWindowBytes, maxFrameBytes, maxConcurrentStreams, namesHeaderTableSize } = parameters
  if (!isServer)
    return [
      [ENABLE_PUSH, 0],
      [INITIAL_WINDOW_SIZE, initialStreamWindowBytes],
      [MAX_HEADER_LIST_SIZE, CLIENT_HEADER_LIST_BYTES],
      [MAX_FRAME_SIZE, maxFrameBytes],
    ]
  if (!namesHeaderTableSize) return [[MAX_FRAME_SIZE, maxFrameBytes]]
  return [
    [MAX_FRAME_SIZE, maxFrameBytes],
    [MAX_CONCURRENT_STREAMS, maxConcurrentStreams],
    [MAX_HEADER_LIST_SIZE, SERVER_HEADER_LIST_BYTES],
    [HEADER_TABLE_SIZE, 4096],
    [INITIAL_WINDOW_SIZE, initialStreamWindowBytes],
  ]
}
