import type { Certificate } from './certificate.ts'
import { certificateSizeBytes } from './certificate.ts'
import {
  clientAbortFlight,
  clientFlight,
  clientHelloFlight,
  type PresentedChain,
  serverAbortFlight,
  serverFinishedFlight12,
  serverFlight,
  type TlsFlight,
} from './tls-flights.ts'
import type { KeyExchange } from './tls-messages.ts'
import type { RecordSizing, TlsCipher, TlsVersion } from './tls-records.ts'

/** A certificate, and the certificate whose key signed it (the same one if it is self-signed). */
export interface IssuedCertificate {
  readonly certificate: Certificate
  readonly issuer: Certificate
  /**
   * True if the issuer's certificate is sent after it. That proves nothing to a verifier that does not trust the
   * issuer.
   */
  readonly isIssuerSent?: boolean
  /** The certificates that are sent after it (`Certificate.chain`), with their issuers. Absent: none. */
  readonly chain?: readonly IssuedCertificate[]
}

/** The TLS parameters of a client. */
export interface TlsClient {
  readonly version: TlsVersion
  readonly keyExchange: KeyExchange
  readonly alpn: readonly string[]
  /** The server name that it sends and, with a trusted CA, verifies; null for no name. */
  readonly serverName: string | null
  /** The CA that it verifies the server's certificate with; null for no verification (Go's InsecureSkipVerify). */
  readonly trusts: Certificate | null
  /** The common name that the server's certificate must have in addition (KEP-4872); null for any. */
  readonly expectedCommonName: string | null
  /** The client certificate; null for none. */
  readonly presents: IssuedCertificate | null
  readonly recordSizing: RecordSizing
}

/** A server's treatment of client certificates; each value is one of Go's tls.ClientAuthType. */
export type ClientCertificates =
  /** NoClientCert. */
  | 'none'
  /** RequestClientCert: requested, and accepted from any CA if the client has its key. The HTTP server verifies it. */
  | 'requested'
  /** VerifyClientCertIfGiven. */
  | 'verified'
  /** RequireAndVerifyClientCert. */
  | 'required'

/** The TLS parameters of a server. It uses the version and key exchange that the client offers. */
export interface TlsServer {
  readonly presents: IssuedCertificate
  /** True if its certificate is not issued yet, so that it refuses each handshake. */
  readonly isUnissued?: boolean
  readonly clientCertificates: ClientCertificates
  /** The CA that it names in its request and verifies client certificates with; null for none. */
  readonly clientAuthority: Certificate | null
  readonly protocol: string | null
  readonly recordSizing: RecordSizing
}

/** The cipher of all sessions. */
export const CIPHER: TlsCipher = 'aes-128-gcm'

/** The sizes of all flights of a handshake between two ends, in bytes on TCP. */
export interface HandshakeSizes {
  readonly clientHelloBytes: number
  readonly serverFlightBytes: number
  readonly clientFlightBytes: number
  /** TLS 1.2 only. */
  readonly serverFinishedBytes: number
  readonly clientAbortBytes: number
  readonly serverAbortBytes: number
}

/** All flights of a handshake between two ends. */
export interface HandshakeFlights {
  readonly clientHello: TlsFlight
  readonly server: TlsFlight
  readonly client: TlsFlight
  /** TLS 1.2 only. */
  readonly serverFinished: TlsFlight
  readonly clientAbort: TlsFlight
  readonly serverAbort: TlsFlight
}

export function handshakeFlights(client: TlsClient, server: TlsServer): HandshakeFlights {
  const { version, keyExchange } = client
  const isCertificateRequested = server.clientCertificates !== 'none'
  const authorities = authoritiesOf(server)
  const serverParameters = {
    keyExchange,
    protocol: negotiatedProtocol(client, server),
    presented: chainOf(server.presents),
    certificateRequest: isCertificateRequested ? { authorities } : null,
    cipher: CIPHER,
  }
  const presented = client.presents === null ? null : chainOf(client.presents)
  const encryptsTo = keyExchange === 'rsa' ? server.presents.certificate.key : null
  return {
    clientHello: clientHelloFlight(client),
    server: serverFlight(version, serverParameters),
    client: clientFlight(version, { isCertificateRequested, presented, cipher: CIPHER, encryptsTo }),
    serverFinished: serverFinishedFlight12(CIPHER),
    clientAbort: clientAbortFlight(version, CIPHER),
    serverAbort: serverAbortFlight(version, CIPHER),
  }
}

/** Returns the CAs that a server names in its request for a client certificate. */
export function authoritiesOf({ clientAuthority }: TlsServer): readonly Certificate[] {
  return clientAuthority === null ? [] : [clientAuthority, ...(clientAuthority.bundle ?? [])]
}

export function handshakeSizes(client: TlsClient, server: TlsServer): HandshakeSizes {
  const flights = handshakeFlights(client, server)
  return {
    clientHelloBytes: flights.clientHello.bytes,
    serverFlightBytes: flights.server.bytes,
    clientFlightBytes: flights.client.bytes,
    serverFinishedBytes: flights.serverFinished.bytes,
    clientAbortBytes: flights.clientAbort.bytes,
    serverAbortBytes: flights.serverAbort.bytes,
  }
}

function chainOf(presented: IssuedCertificate): PresentedChain {
  const chainBytes = sentCertificates(presented).map((one) => certificateSizeBytes(one.certificate, one.issuer))
  return { chainBytes, key: presented.certificate.key }
}

/** Returns the certificates that an end sends, its own first. */
export function sentCertificates(presented: IssuedCertificate): readonly IssuedCertificate[] {
  const { issuer, isIssuerSent = false, chain = [] } = presented
  return [presented, ...(isIssuerSent ? [{ certificate: issuer, issuer }] : []), ...chain]
}

/** Returns the protocol that the server selects by ALPN (RFC 7301 section 3.2); null if either end has no ALPN. */
export function negotiatedProtocol({ alpn }: TlsClient, { protocol }: TlsServer): string | null {
  if (alpn.length === 0 || protocol === null) return null
  return alpn.includes(protocol) ? protocol : 'http/1.1'
}
