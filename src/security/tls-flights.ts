import type { Certificate, KeyAlgorithm } from './certificate.ts'
import { type Flight, type FlightPart, flightOf } from './flight.ts'
import {
  type ClientHello,
  certificateMessageBytes,
  certificateRequestBytes,
  certificateVerifyBytes,
  clientHelloBytes,
  clientKeyExchangeBytes,
  encryptedExtensionsBytes,
  finishedBytes,
  type KeyExchange,
  serverHelloBytes,
  serverHelloDoneBytes,
  serverKeyExchangeBytes,
} from './tls-messages.ts'
import { alertBytes, RECORD_HEADER_BYTES, recordOverheadBytes, type TlsCipher, type TlsVersion } from './tls-records.ts'

/**
 * A full TLS handshake, flight by flight. Go sends each message in a record of its own and each flight in one write.
 *
 *   1.3: hello -> | <- server flight | client flight ->                       data follows the client flight
 *   1.2: hello -> | <- server flight | client flight -> | <- server finished  data waits for the last flight
 *
 * No session tickets follow: Go's client requests none without a session cache, and Kubernetes sets no cache.
 */
export type TlsMessage =
  | 'client-hello'
  | 'server-hello'
  | 'change-cipher-spec'
  | 'encrypted-extensions'
  | 'certificate-request'
  | 'certificate'
  | 'server-key-exchange'
  | 'server-hello-done'
  | 'client-key-exchange'
  | 'certificate-verify'
  | 'finished'
  | 'alert'

export type TlsFlight = Flight<TlsMessage>

/** The certificate chain that an end sends, and the type of the key that signs the handshake. */
export interface PresentedChain {
  /** The DER sizes of the certificates in the sender's file, starting with the leaf. */
  readonly chainBytes: readonly number[]
  /** The key type of the leaf. */
  readonly key: KeyAlgorithm
}

export interface TlsServerParameters {
  readonly keyExchange: KeyExchange
  /** The protocol selected by ALPN; null for none. */
  readonly protocol: string | null
  readonly presented: PresentedChain
  /** The CAs in the server's request for a client certificate; null if it requests none. */
  readonly certificateRequest: { readonly authorities: readonly Certificate[] } | null
  readonly cipher: TlsCipher
}

export interface TlsClientParameters {
  readonly isCertificateRequested: boolean
  /** The chain that the client presents; null for an empty list. */
  readonly presented: PresentedChain | null
  readonly cipher: TlsCipher
  /**
   * TLS 1.2 only: the type of the server's key that the client encrypts a secret to; null for an ephemeral key
   * exchange.
   */
  readonly encryptsTo?: KeyAlgorithm | null
}

type Part = FlightPart<TlsMessage>

/** In TLS 1.3 the ChangeCipherSpec is sent only for middleboxes (RFC 8446 appendix D.4). */
const CHANGE_CIPHER_SPEC: Part = plain('change-cipher-spec', 1)

function plain(message: TlsMessage, messageBytes: number): Part {
  return { message, bytes: messageBytes + RECORD_HEADER_BYTES, isSealed: false }
}

function sealed(message: TlsMessage, messageBytes: number, version: TlsVersion, cipher: TlsCipher): Part {
  return { message, bytes: messageBytes + recordOverheadBytes(version, cipher), isSealed: true }
}

export function clientHelloFlight(hello: ClientHello): TlsFlight {
  return flightOf([plain('client-hello', clientHelloBytes(hello))])
}

/** The server's answer to the ClientHello. In 1.3 it is the server's last flight; in 1.2 its Finished follows later. */
export function serverFlight(version: TlsVersion, server: TlsServerParameters): TlsFlight {
  return version === '1.3' ? serverFlight13(server) : serverFlight12(server)
}

function serverFlight13({
  keyExchange,
  protocol,
  presented,
  certificateRequest,
  cipher,
}: TlsServerParameters): TlsFlight {
  const hidden = (message: TlsMessage, messageBytes: number): Part => sealed(message, messageBytes, '1.3', cipher)
  const parts = [
    plain('server-hello', serverHelloBytes('1.3', keyExchange, protocol)),
    CHANGE_CIPHER_SPEC,
    hidden('encrypted-extensions', encryptedExtensionsBytes(protocol)),
  ]
  if (certificateRequest !== null) {
    parts.push(hidden('certificate-request', certificateRequestBytes('1.3', certificateRequest.authorities)))
  }
  parts.push(
    hidden('certificate', certificateMessageBytes('1.3', presented.chainBytes)),
    hidden('certificate-verify', certificateVerifyBytes(presented.key)),
    hidden('finished', finishedBytes('1.3')),
  )
  return flightOf(parts)
}

function serverFlight12({ keyExchange, protocol, presented, certificateRequest }: TlsServerParameters): TlsFlight {
  const parts = [
    plain('server-hello', serverHelloBytes('1.2', keyExchange, protocol)),
    plain('certificate', certificateMessageBytes('1.2', presented.chainBytes)),
  ]
  if (keyExchange !== 'rsa') parts.push(plain('server-key-exchange', serverKeyExchangeBytes(presented.key)))
  if (certificateRequest !== null) {
    parts.push(plain('certificate-request', certificateRequestBytes('1.2', certificateRequest.authorities)))
  }
  parts.push(plain('server-hello-done', serverHelloDoneBytes()))
  return flightOf(parts)
}

/** The client's second flight. Its certificate is in plaintext in 1.2 and encrypted in 1.3. */
export function clientFlight(version: TlsVersion, client: TlsClientParameters): TlsFlight {
  return version === '1.3' ? clientFlight13(client) : clientFlight12(client)
}

function clientFlight13({ isCertificateRequested, presented, cipher }: TlsClientParameters): TlsFlight {
  const hidden = (message: TlsMessage, messageBytes: number): Part => sealed(message, messageBytes, '1.3', cipher)
  const parts = [CHANGE_CIPHER_SPEC]
  if (isCertificateRequested) {
    parts.push(hidden('certificate', certificateMessageBytes('1.3', presented?.chainBytes ?? [])))
    if (presented !== null) parts.push(hidden('certificate-verify', certificateVerifyBytes(presented.key)))
  }
  parts.push(hidden('finished', finishedBytes('1.3')))
  return flightOf(parts)
}

function clientFlight12({
  isCertificateRequested,
  presented,
  cipher,
  encryptsTo = null,
}: TlsClientParameters): TlsFlight {
  const parts: Part[] = []
  if (isCertificateRequested) {
    parts.push(plain('certificate', certificateMessageBytes('1.2', presented?.chainBytes ?? [])))
  }
  parts.push(plain('client-key-exchange', clientKeyExchangeBytes(encryptsTo)))
  if (isCertificateRequested && presented !== null) {
    parts.push(plain('certificate-verify', certificateVerifyBytes(presented.key)))
  }
  parts.push(CHANGE_CIPHER_SPEC, sealed('finished', finishedBytes('1.2'), '1.2', cipher))
  return flightOf(parts)
}

/** TLS 1.2 only: the server's ChangeCipherSpec and Finished, one round trip after its first flight. */
export function serverFinishedFlight12(cipher: TlsCipher): TlsFlight {
  return flightOf([CHANGE_CIPHER_SPEC, sealed('finished', finishedBytes('1.2'), '1.2', cipher)])
}

/**
 * The alert of a client that refuses the server's certificate. In 1.3 it is encrypted, and the ChangeCipherSpec, which is
 * already in Go's buffer, is sent with it. In 1.2 there are no keys yet.
 */
export function clientAbortFlight(version: TlsVersion, cipher: TlsCipher): TlsFlight {
  const isSealed = version === '1.3'
  const alert: Part = { message: 'alert', bytes: alertBytes(version, isSealed, cipher), isSealed }
  return flightOf(isSealed ? [CHANGE_CIPHER_SPEC, alert] : [alert])
}

/** The alert of a server that refuses the client's certificate. In 1.2 the server does not use its keys yet. */
export function serverAbortFlight(version: TlsVersion, cipher: TlsCipher): TlsFlight {
  const isSealed = version === '1.3'
  return flightOf([{ message: 'alert', bytes: alertBytes(version, isSealed, cipher), isSealed }])
}
