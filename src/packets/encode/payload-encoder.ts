import { DATA } from '../../cluster/konnectivity/tunnel-tables.ts'
import { assert } from '../../engine/assert.ts'
import type { HeaderField } from '../../http/hpack/header-fields.ts'
import { http1RequestHead, http1ResponseHead } from '../../http/http1-head.ts'
import { FRAME_HEADER_BYTES } from '../../http/http2-frames.ts'
import {
  BODY,
  BODY_END,
  isEnd,
  numberOf,
  PING,
  PING_ACKNOWLEDGED,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  SETTINGS,
  SETTINGS_ACKNOWLEDGED,
  STREAM_RESET,
  WINDOW_UPDATE,
} from '../../http/marks.ts'
import { negotiateCipher } from '../../security/ssh-peers.ts'
import { LOGIN_ROUND } from '../../security/ssh-session.ts'
import { RECORD_HEADER_BYTES } from '../../security/tls-records.ts'
import {
  ALERT,
  APPLICATION_DATA,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLOSE_NOTIFY,
  SERVER_FINISHED,
  SERVER_FLIGHT,
} from '../../security/tls-session.ts'
import type { Plan } from '../../simulation/plan.ts'
import type { MessageListener } from '../record/content-recorder.ts'
import { layerOf } from '../record/message-layers.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { StreamContent, StreamMessage } from '../record/stream-content.ts'
import { Filler, fillText } from './filler.ts'
import { HpackEncoder } from './hpack-encoder.ts'
import * as frames from './http2-frames.ts'
import { konnectivityPacket } from './konnectivity-packets.ts'
import { encodeRound, sealedPacket } from './ssh-packets.ts'
import {
  APPLICATION_DATA_TYPE,
  encodeAlert,
  encodeClientHello,
  encodeFlight,
  type FlightName,
  recordHeader,
} from './tls-records.ts'

/** The bytes of a message around its carried or encrypted bytes: those before and those after. */
interface Layout {
  readonly head: Uint8Array
  readonly tail: Uint8Array
}

const NOTHING = new Uint8Array(0)
const LINE_END = new TextEncoder().encode('\r\n')
const LAST_CHUNK = new TextEncoder().encode('0\r\n\r\n')
const ALERT_TYPE = 21

const FLIGHTS: Readonly<Record<number, FlightName>> = {
  [SERVER_FLIGHT]: 'server',
  [CLIENT_FLIGHT]: 'client',
  [SERVER_FINISHED]: 'serverFinished',
}

/**
 * Turns payloads into bytes: plaintext in its real layout, filler in place of ciphertext. The bytes of a stream depend
 * only on its name and the offset, so a retransmission has the same bytes.
 */
export class PayloadEncoder implements MessageListener {
  private readonly plan: Plan
  private readonly layouts = new WeakMap<StreamMessage, Layout>()
  private readonly compressors = new WeakMap<StreamContent, HpackEncoder>()

  constructor(plan: Plan) {
    this.plan = plan
  }

  /** Encodes the heads of HTTP/2 when they are written, because each depends on the heads before it. */
  onMessage(message: StreamMessage): void {
    const { kind, content } = message
    if (content.isHttp2 && (kind === REQUEST_HEAD || kind === RESPONSE_HEAD))
      this.layouts.set(message, { head: this.http2Head(message), tail: NOTHING })
  }

  payloadOf({ content, contentOffset, payloadBytes }: RecordedPacket): Uint8Array {
    const payload = new Uint8Array(payloadBytes)
    if (content !== null) this.write(content, contentOffset, contentOffset + payloadBytes, payload, 0)
    return payload
  }

  /** Writes the bytes [from, until) of a content to `target`, starting at `at`. */
  write(content: StreamContent, from: number, until: number, target: Uint8Array, at: number): void {
    const filler = new Filler(content.name)
    let done = from
    for (const message of content.messagesIn(from, until)) {
      if (message.start > done) filler.fill(target, at + done - from, done, message.start)
      const first = Math.max(from, message.start)
      done = Math.min(until, message.end)
      this.writeMessage(message, content, first, done, target, at + first - from)
    }
    if (done < until) filler.fill(target, at + done - from, done, until)
  }

  /** Writes those bytes [from, until) of a content that belong to one message. */
  private writeMessage(
    message: StreamMessage,
    content: StreamContent,
    from: number,
    until: number,
    target: Uint8Array,
    at: number,
  ): void {
    if (layerOf(message) === 'data') return fillText(content.name, target, at, from, until)
    const { head, tail } = this.layoutOf(message)
    const headEnd = message.start + head.length
    const tailStart = message.end - tail.length
    assert(headEnd <= tailStart, 'a message is as long as its parts')
    for (let offset = from; offset < Math.min(until, headEnd); offset++)
      target[at + offset - from] = head[offset - message.start]
    const first = Math.max(from, headEnd)
    const last = Math.min(until, tailStart)
    if (first < last) this.writeMiddle(message, content, headEnd, first, last, target, at + first - from)
    for (let offset = Math.max(from, tailStart); offset < until; offset++)
      target[at + offset - from] = tail[offset - tailStart]
  }

  private writeMiddle(
    message: StreamMessage,
    content: StreamContent,
    headEnd: number,
    from: number,
    until: number,
    target: Uint8Array,
    at: number,
  ): void {
    const { carried, carriedOffset } = message
    if (!isInClear(message) || carried === null) return new Filler(content.name).fill(target, at, from, until)
    const start = carriedOffset + from - headEnd
    // The text of a changed copy differs from the original text.
    if (content.original !== null) fillText(`${content.name}/${carried.name}`, target, at, start, start + until - from)
    else this.write(carried, start, start + until - from, target, at)
  }

  private layoutOf(message: StreamMessage): Layout {
    const known = this.layouts.get(message)
    if (known !== undefined) return known
    const layout = this.layOut(message)
    const hasMiddle = message.carried !== null || layerOf(message) === 'ssh' || message.kind === CLOSE_NOTIFY
    const partsBytes = layout.head.length + layout.tail.length
    assert(
      hasMiddle || partsBytes === 0 || partsBytes === message.end - message.start,
      'a message is as long as its parts',
    )
    this.layouts.set(message, layout)
    return layout
  }

  private layOut(message: StreamMessage): Layout {
    const { kind } = message
    const name = `${message.content.name}/${message.start}`
    const bytes = message.end - message.start
    switch (layerOf(message)) {
      case 'tls':
        return whole(kind === APPLICATION_DATA ? recordHead(bytes) : this.tlsMessage(message, name, bytes))
      case 'ssh':
        return whole(this.sshMessage(message, name, bytes))
      case 'konnectivity':
        return whole(konnectivityPacket(message))
      default:
        return this.httpMessage(message, name, bytes)
    }
  }

  private tlsMessage(message: StreamMessage, name: string, bytes: number): Uint8Array {
    const { kind, value, detail, session, content } = message
    const { clients, servers } = this.plan.tls
    if (kind === CLIENT_HELLO) return encodeClientHello(clients[value], content.name)
    if (kind === ALERT) return encodeAlert(bytes, detail, session?.isClient === false, name)
    if (kind === CLOSE_NOTIFY)
      return recordHeader(bytes === 31 ? ALERT_TYPE : APPLICATION_DATA_TYPE, bytes - RECORD_HEADER_BYTES)
    const client = session === null ? undefined : clients[session.client]
    const server = session === null ? undefined : servers[session.server]
    if (session === null || client === undefined || server === undefined) return NOTHING
    const [clientName, serverName] = session.isClient
      ? [session.writes, session.reads ?? '']
      : [session.reads ?? '', session.writes]
    return encodeFlight(FLIGHTS[kind], { client, server, clientName, serverName })
  }

  private sshMessage(
    { kind, value, detail, session, content }: StreamMessage,
    name: string,
    bytes: number,
  ): Uint8Array {
    const isClients = session?.isClient === true
    // All clients of a scenario have the same algorithms, so a server's messages fit each of them.
    const client = this.plan.ssh.clients[isClients && kind === LOGIN_ROUND ? detail : 0]
    if (client === undefined) return NOTHING
    if (kind === LOGIN_ROUND) return encodeRound(value, client, isClients, content.name)
    return sealedPacket(bytes, negotiateCipher(client.peer, client.server) ?? 'aes128-gcm', name)
  }

  private httpMessage(message: StreamMessage, name: string, bytes: number): Layout {
    const { kind, value, detail, content } = message
    const exchange = numberOf(detail)
    switch (kind) {
      case REQUEST_HEAD:
      case RESPONSE_HEAD:
        return whole(this.http1Head(message))
      case BODY:
        if (content.isHttp2) return whole(frames.dataFrameHeader(exchange, value, isEnd(detail)))
        return bytes === value ? whole(NOTHING) : { head: chunkHead(value), tail: LINE_END }
      case BODY_END:
        return whole(content.isHttp2 ? frames.dataFrameHeader(exchange, bytes - FRAME_HEADER_BYTES, true) : LAST_CHUNK)
      case SETTINGS:
        return whole(frames.opening(this.plan.http2[value]))
      case SETTINGS_ACKNOWLEDGED:
        return whole(frames.settingsAcknowledgement())
      case WINDOW_UPDATE:
        return whole(frames.windowUpdateFrame(exchange, value))
      case STREAM_RESET:
        return whole(frames.resetFrame(exchange))
      case PING:
      case PING_ACKNOWLEDGED:
        return whole(content.isHttp2 ? frames.pingFrame(kind === PING_ACKNOWLEDGED, name) : NOTHING)
      default:
        return whole(NOTHING)
    }
  }

  private http1Head({ kind, value }: StreamMessage): Uint8Array {
    const { requests, responses } = this.plan.http
    const text =
      kind === REQUEST_HEAD
        ? http1RequestHead(this.fieldsOf(requests[value].http2Fields))
        : http1ResponseHead(this.fieldsOf(responses[value].http2Fields))
    return new TextEncoder().encode(text)
  }

  private http2Head({ kind, value, detail, content, start, end }: StreamMessage): Uint8Array {
    const { requests, responses, fields } = this.plan.http
    const { http2Fields } = kind === REQUEST_HEAD ? requests[value] : responses[value]
    const compressor = this.compressors.get(content) ?? new HpackEncoder(fields)
    this.compressors.set(content, compressor)
    const block = compressor.encode(http2Fields, end - start - FRAME_HEADER_BYTES)
    return frames.headersFrames(numberOf(detail), block, isEnd(detail), end - start)
  }

  private fieldsOf(ids: readonly number[]): readonly HeaderField[] {
    return ids.map((id) => this.plan.http.fields.get(id))
  }
}

function whole(head: Uint8Array): Layout {
  return { head, tail: NOTHING }
}

function recordHead(bytes: number): Uint8Array {
  return recordHeader(APPLICATION_DATA_TYPE, bytes - RECORD_HEADER_BYTES)
}

function chunkHead(bytes: number): Uint8Array {
  return new TextEncoder().encode(`${bytes.toString(16)}\r\n`)
}

/**
 * Returns whether a message shows the data that it carries once it is decrypted itself. HTTP and Konnectivity do not
 * encrypt.
 */
function isInClear({ kind }: StreamMessage): boolean {
  return kind === BODY || kind === DATA
}
