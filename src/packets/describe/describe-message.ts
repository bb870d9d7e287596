import {
  CLOSE_REQUEST,
  CLOSE_RESPONSE,
  DATA,
  DIAL_CLOSE,
  DIAL_REQUEST,
  DIAL_RESPONSE,
} from '../../cluster/konnectivity/tunnel-tables.ts'
import type { HeaderFields } from '../../http/hpack/header-fields.ts'
import {
  BODY,
  BODY_END,
  PING,
  PING_ACKNOWLEDGED,
  REQUEST_HEAD,
  RESPONSE_HEAD,
  SETTINGS,
  SETTINGS_ACKNOWLEDGED,
  STREAM_RESET,
  WINDOW_UPDATE,
} from '../../http/marks.ts'
import { isIpv4Address } from '../../security/certificate.ts'
import type { SshRoundName } from '../../security/ssh-flights.ts'
import {
  CHANNEL_CLOSE,
  CHANNEL_CONFIRMATION,
  CHANNEL_DATA,
  CHANNEL_EOF,
  CHANNEL_FAILURE,
  CHANNEL_OPEN,
  LOGIN_ROUND,
  WINDOW_ADJUST,
} from '../../security/ssh-session.ts'
import {
  ALERT,
  APPLICATION_DATA,
  BAD_RECORD_MAC,
  CLIENT_FLIGHT,
  CLIENT_HELLO,
  CLOSE_NOTIFY,
  SERVER_FINISHED,
  SERVER_FLIGHT,
  UNEXPECTED_MESSAGE,
} from '../../security/tls-session.ts'
import type { Plan } from '../../simulation/plan.ts'
import { CHUNK, ECHO, FRAME_PART, KEY, STREAM_FRAME } from '../../workload/messages.ts'
import { carriesData } from '../../workload/streaming/data-in-frames.ts'
import { nameOfFrame } from '../../workload/streaming/framings.ts'
import { layerOf } from '../record/message-layers.ts'
import type { StreamMessage } from '../record/stream-content.ts'

/** The rounds of an SSH login, in order (see sshLoginRounds). */
const ROUNDS: readonly SshRoundName[] = ['banner', 'kex-init', 'key-exchange', 'service', 'none', 'query', 'signature']

type Text = (message: StreamMessage, plan: Plan) => string

const TEXTS = new Map<number, Text>([
  [CLIENT_HELLO, (message, plan) => `ClientHello${serverNameText(message, plan)}`],
  [SERVER_FLIGHT, serverFlightText],
  [CLIENT_FLIGHT, clientFlightText],
  [SERVER_FINISHED, () => 'ChangeCipherSpec, Finished'],
  [APPLICATION_DATA, ({ value }) => `record with ${value} bytes`],
  [CLOSE_NOTIFY, () => 'close_notify'],
  [ALERT, ({ detail }) => `alert${alertText(detail)}`],
  [LOGIN_ROUND, ({ value, session }) => roundText(ROUNDS[value], session?.isClient === true)],
  [CHANNEL_OPEN, ({ detail }) => `CHANNEL_OPEN direct-tcpip, channel ${detail}`],
  [CHANNEL_CONFIRMATION, ({ detail }) => `CHANNEL_OPEN_CONFIRMATION, channel ${detail}`],
  [CHANNEL_FAILURE, ({ detail }) => `CHANNEL_OPEN_FAILURE, channel ${detail}`],
  [CHANNEL_DATA, ({ value, detail }) => `CHANNEL_DATA with ${value} bytes, channel ${detail}`],
  [WINDOW_ADJUST, ({ value, detail }) => `CHANNEL_WINDOW_ADJUST by ${value}, channel ${detail}`],
  [CHANNEL_EOF, ({ detail }) => `CHANNEL_EOF, channel ${detail}`],
  [CHANNEL_CLOSE, ({ detail }) => `CHANNEL_CLOSE, channel ${detail}`],
  [REQUEST_HEAD, ({ value }, plan) => requestText(value, plan)],
  [RESPONSE_HEAD, ({ value, request }, plan) => responseText(value, request, plan)],
  [BODY, bodyText],
  [BODY_END, () => 'end of the body'],
  [SETTINGS, () => 'SETTINGS'],
  [SETTINGS_ACKNOWLEDGED, () => 'SETTINGS, acknowledged'],
  [WINDOW_UPDATE, ({ value }) => `WINDOW_UPDATE by ${value}`],
  [PING, () => 'PING'],
  [PING_ACKNOWLEDGED, () => 'PING, acknowledged'],
  [STREAM_RESET, () => 'RST_STREAM'],
  [DIAL_REQUEST, ({ detail }) => `DIAL_REQ, dial ${detail}`],
  [DIAL_RESPONSE, ({ value, detail }) => `DIAL_RSP, dial ${detail}${value < 0 ? ', failed' : ''}`],
  [DIAL_CLOSE, ({ detail }) => `DIAL_CLS, dial ${detail}`],
  [DATA, ({ value, detail }) => `DATA with ${value} bytes, connection ${detail}`],
  [CLOSE_REQUEST, ({ detail }) => `CLOSE_REQ, connection ${detail}`],
  [CLOSE_RESPONSE, ({ detail }) => `CLOSE_RSP, connection ${detail}`],
])

/** The text of a key that a user types in an exec. */
export const TYPED_KEY = 'a typed key'

/** Names for pieces of bodies that have a meaning beyond their bytes. */
const BODY_KINDS = new Map<number, string>([
  [KEY, TYPED_KEY],
  [ECHO, 'the echo of a key'],
  [CHUNK, 'a piece of the log'],
])

/** Names a message in the terms of its protocol: `ClientHello`, `GET /healthz`, `CHANNEL_EOF, channel 0`. */
export function describeMessage(message: StreamMessage, plan: Plan): string {
  return TEXTS.get(message.kind)?.(message, plan) ?? `${message.end - message.start} bytes`
}

/** Names a message with its protocol: `TLS ClientHello`. */
export function describeWithLayer(message: StreamMessage, plan: Plan): string {
  const layer = layerOf(message)
  const text = describeMessage(message, plan)
  return layer === 'data' ? text : `${LAYER_NAMES[layer]} ${text}`
}

const LAYER_NAMES = { tls: 'TLS', ssh: 'SSH', http: 'HTTP', konnectivity: 'Konnectivity' } as const

/**
 * Returns the server name that the ClientHello shows; empty for an address, which is not a server name (RFC 6066
 * section 3).
 */
function serverNameText({ value }: StreamMessage, { tls }: Plan): string {
  const name = tls.clients[value].serverName
  return name === null || name === '' || isIpv4Address(name) ? '' : ` (${name})`
}

function isTls13({ session }: StreamMessage, { tls }: Plan): boolean {
  return session !== null && tls.clients[session.client]?.version === '1.3'
}

function serverFlightText(message: StreamMessage, plan: Plan): string {
  return isTls13(message, plan)
    ? 'ServerHello, EncryptedExtensions, Certificate, CertificateVerify, Finished'
    : `ServerHello, Certificate, ${isForwardSecret(message, plan) ? 'ServerKeyExchange, ' : ''}ServerHelloDone`
}

function isForwardSecret({ session }: StreamMessage, { tls }: Plan): boolean {
  return session !== null && tls.clients[session.client]?.keyExchange !== 'rsa'
}

function clientFlightText(message: StreamMessage, plan: Plan): string {
  const isAsked = message.session !== null && plan.tls.servers[message.session.server]?.clientCertificates !== 'none'
  const certificate = isAsked ? 'Certificate, ' : ''
  return isTls13(message, plan)
    ? `${certificate}Finished`
    : `${certificate}ClientKeyExchange, ChangeCipherSpec, Finished`
}

function alertText(description: number): string {
  if (description === BAD_RECORD_MAC) return ' bad_record_mac'
  return description === UNEXPECTED_MESSAGE ? ' unexpected_message' : ''
}

function roundText(round: SshRoundName, isClient: boolean): string {
  switch (round) {
    case 'banner':
      return 'identification string'
    case 'kex-init':
      return 'KEXINIT'
    case 'key-exchange':
      return isClient ? 'KEX_ECDH_INIT' : 'KEX_ECDH_REPLY, NEWKEYS'
    case 'service':
      return isClient ? 'NEWKEYS, SERVICE_REQUEST' : 'SERVICE_ACCEPT'
    case 'none':
      return isClient ? 'USERAUTH_REQUEST none' : 'USERAUTH_FAILURE'
    case 'query':
      return isClient ? 'USERAUTH_REQUEST publickey' : 'USERAUTH_PK_OK'
    case 'signature':
      return isClient ? 'USERAUTH_REQUEST publickey, signed' : 'USERAUTH_SUCCESS'
  }
}

function requestText(request: number, { http }: Plan): string {
  const { http2Fields } = http.requests[request]
  const target = fieldOf(http.fields, http2Fields, ':path') ?? fieldOf(http.fields, http2Fields, ':authority')
  return `${fieldOf(http.fields, http2Fields, ':method')} ${target}`
}

function responseText(response: number, request: number, plan: Plan): string {
  const { status } = plan.http.responses[response]
  return request < 0 ? `${status}` : `${status}, to ${requestText(request, plan)}`
}

function bodyText({ value, carried, carriedOffset }: StreamMessage): string {
  const inside = carried?.messagesIn(carriedOffset, carriedOffset + value) ?? []
  const known = inside.length === 1 ? pieceText(inside[0]) : undefined
  return known === undefined ? `body, ${value} bytes` : `${known}, ${value} bytes`
}

function pieceText(piece: StreamMessage): string | undefined {
  const { kind, value, detail, carried, carriedOffset } = piece
  if (kind === FRAME_PART) return 'the beginning of a frame'
  if (kind === STREAM_FRAME) return nameOfFrame(detail)
  if (!carriesData(kind)) return BODY_KINDS.get(kind)
  const inside = carried?.messagesIn(carriedOffset, carriedOffset + value) ?? []
  return (inside.length === 1 ? pieceText(inside[0]) : undefined) ?? 'data'
}

function fieldOf(fields: HeaderFields, ids: readonly number[], name: string): string | undefined {
  const id = ids.find((one) => fields.get(one).name === name)
  return id === undefined ? undefined : fields.get(id).value
}
