import type { FlightPart } from '../../security/flight.ts'
import type { TlsFlight, TlsMessage } from '../../security/tls-flights.ts'
import { authoritiesOf, handshakeFlights } from '../../security/tls-parameters.ts'
import { RECORD_HEADER_BYTES } from '../../security/tls-records.ts'
import { BAD_RECORD_MAC, UNEXPECTED_MESSAGE } from '../../security/tls-session.ts'
import { ByteWriter } from './byte-writer.ts'
import { fillerOf } from './filler.ts'
import * as messages from './tls-messages.ts'

/** Values of ContentType (RFC 8446 section 5.1). */
const CHANGE_CIPHER_SPEC = 20
const ALERT = 21
const HANDSHAKE = 22
export const APPLICATION_DATA_TYPE = 23

const TLS_1_0 = 0x0301
const TLS_1_2 = 0x0303

const PLAIN_ALERT_BYTES = RECORD_HEADER_BYTES + 2
const CHANGE_CIPHER_SPEC_BYTES = RECORD_HEADER_BYTES + 1

/** The level and the descriptions of alerts (RFC 8446 section 6). */
const FATAL = 2
const BAD_CERTIFICATE = 42
const INTERNAL_ERROR = 80

export type FlightName = 'clientHello' | 'server' | 'client' | 'serverFinished'

/** Returns the header of a record (RFC 8446 section 5.1). */
export function recordHeader(type: number, lengthBytes: number, version = TLS_1_2): Uint8Array {
  return new ByteWriter().number(type, 1).number(version, 2).number(lengthBytes, 2).take()
}

/** Returns a flight of the handshake as bytes on TCP. */
export function encodeFlight(name: FlightName, ends: messages.TlsEnds): Uint8Array {
  const flight: TlsFlight = handshakeFlights(ends.client, ends.server)[name]
  const isClients = name === 'clientHello' || name === 'client'
  const writer = new ByteWriter()
  for (const [i, part] of flight.parts.entries()) writer.bytes(encodePart(part, ends, isClients, `${name}/${i}`))
  return writer.take()
}

/** Returns the first flight of a client that does not know its server yet. */
export function encodeClientHello(client: messages.TlsEnds['client'], name: string): Uint8Array {
  const body = messages.clientHello(client, name)
  return new ByteWriter()
    .bytes(recordHeader(HANDSHAKE, body.length, TLS_1_0))
    .bytes(body)
    .take()
}

/**
 * Returns an alert of `bytes` in total. The size tells whether it is encrypted, and whether a ChangeCipherSpec comes
 * before it.
 */
export function encodeAlert(bytes: number, description: number, isServers: boolean, name: string): Uint8Array {
  if (bytes === PLAIN_ALERT_BYTES)
    return new ByteWriter()
      .bytes(recordHeader(ALERT, 2))
      .number(FATAL, 1)
      .number(alertCode(description, isServers), 1)
      .take()
  // Only an encrypted alert of 1.2 is 31 bytes long: a header of 5, an explicit nonce of 8, the alert of 2, and a tag
  // of 16.
  if (bytes === 31) return sealed(ALERT, bytes, name)
  const hasChange = bytes > 24
  const writer = new ByteWriter()
  if (hasChange) writer.bytes(changeCipherSpec())
  return writer.bytes(sealed(APPLICATION_DATA_TYPE, bytes - (hasChange ? CHANGE_CIPHER_SPEC_BYTES : 0), name)).take()
}

function alertCode(description: number, isServers: boolean): number {
  if (description === BAD_RECORD_MAC || description === UNEXPECTED_MESSAGE) return description
  return isServers ? INTERNAL_ERROR : BAD_CERTIFICATE
}

function encodePart(
  { message, bytes, isSealed }: FlightPart<TlsMessage>,
  ends: messages.TlsEnds,
  isClients: boolean,
  place: string,
): Uint8Array {
  const name = `${isClients ? ends.clientName : ends.serverName}/${place}`
  if (isSealed) return sealed(ends.client.version === '1.3' ? APPLICATION_DATA_TYPE : HANDSHAKE, bytes, name)
  if (message === 'change-cipher-spec') return changeCipherSpec()
  if (message === 'client-hello') return encodeClientHello(ends.client, ends.clientName)
  const body = plainMessage(message, ends, isClients)
  return new ByteWriter().bytes(recordHeader(HANDSHAKE, body.length)).bytes(body).take()
}

function plainMessage(message: TlsMessage, ends: messages.TlsEnds, isClients: boolean): Uint8Array {
  const { client, server, clientName } = ends
  const presents = isClients ? client.presents : server.presents
  switch (message) {
    case 'server-hello':
      return messages.serverHello(ends)
    case 'certificate':
      return messages.certificate12(presents)
    case 'server-key-exchange':
      return messages.serverKeyExchange(ends)
    case 'certificate-request':
      return messages.certificateRequest12(authoritiesOf(server))
    case 'server-hello-done':
      return messages.serverHelloDone()
    case 'client-key-exchange':
      return messages.clientKeyExchange(ends)
    case 'certificate-verify':
      return messages.certificateVerify12(presents?.certificate.key ?? 'ecdsa-p256', clientName)
    default:
      return new Uint8Array(0)
  }
}

function changeCipherSpec(): Uint8Array {
  return new ByteWriter().bytes(recordHeader(CHANGE_CIPHER_SPEC, 1)).number(1, 1).take()
}

/** Returns a record with encrypted content, and its header. */
function sealed(type: number, bytes: number, name: string): Uint8Array {
  const lengthBytes = bytes - RECORD_HEADER_BYTES
  return new ByteWriter().bytes(recordHeader(type, lengthBytes)).bytes(fillerOf(name, lengthBytes)).take()
}
