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
} from './tls-flights.ts'
import type { KeyExchange } from './tls-messages.ts'
import type { RecordSizing, TlsCipher, TlsVersion } from './tls-records.ts'

/** A certificate with the one that signed it (itself, where self-signed). */
export interface IssuedCertificate {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

/** How a client does TLS. */
export interface TlsClient {
  readonly version: TlsVersion
  readonly keyExchange: KeyExchange
  readonly alpn: readonly string[]
  /** What it asks for and, with a CA to trust, insists on; null: it sends no name. */
  readonly serverName: string | null
  /** null: whatever the server presents is believed (InsecureSkipVerify). */
  readonly trusts: Certificate | null
  /** The common name that it insists on, over and above (KEP-4872); null: any. */
  readonly expectedCommonName: string | null
  /** null: none to present. */
  readonly presents: IssuedCertificate | null
  readonly recordSizing: RecordSizing
}

/** Go's tls.ClientAuthType, by what it means. */
export type ClientCertificates =
  /** NoClientCert. */
  | 'none'
  /** RequestClientCert: asked for and, if the client proves to hold its key, taken, whoever signed it. HTTP judges. */
  | 'requested'
  /** VerifyClientCertIfGiven. */
  | 'verified'
  /** RequireAndVerifyClientCert. */
  | 'required'

/** How a server does TLS. It takes the version and key exchange that the client offers. */
export interface TlsServer {
  readonly presents: IssuedCertificate
  /** It waits for a certificate that nobody has issued, and ends each handshake until then. */
  readonly isUnissued?: boolean
  readonly clientCertificates: ClientCertificates
  /** Whose certificates it asks for by name, and believes where it verifies; null: nobody's. */
  readonly clientAuthority: Certificate | null
  readonly protocol: string | null
  readonly recordSizing: RecordSizing
}

/** Of all sessions. */
export const CIPHER: TlsCipher = 'aes-128-gcm'

/** The sizes of all flights of a handshake between these two, in bytes on TCP. */
export interface HandshakeSizes {
  readonly clientHelloBytes: number
  readonly serverFlightBytes: number
  readonly clientFlightBytes: number
  /** 1.2 only. */
  readonly serverFinishedBytes: number
  readonly clientAbortBytes: number
  readonly serverAbortBytes: number
}

export function handshakeSizes(client: TlsClient, server: TlsServer): HandshakeSizes {
  const { version, keyExchange } = client
  const isCertificateRequested = server.clientCertificates !== 'none'
  const authorities = server.clientAuthority === null ? [] : [server.clientAuthority]
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
    clientHelloBytes: clientHelloFlight(client).bytes,
    serverFlightBytes: serverFlight(version, serverParameters).bytes,
    clientFlightBytes: clientFlight(version, { isCertificateRequested, presented, cipher: CIPHER, encryptsTo }).bytes,
    serverFinishedBytes: serverFinishedFlight12(CIPHER).bytes,
    clientAbortBytes: clientAbortFlight(version, CIPHER).bytes,
    serverAbortBytes: serverAbortFlight(version, CIPHER).bytes,
  }
}

function chainOf({ certificate, issuer }: IssuedCertificate): PresentedChain {
  return { chainBytes: [certificateSizeBytes(certificate, issuer)], key: certificate.key }
}

/** RFC 7301 section 3.2: the server's choice of what the client offers; nothing where it offers nothing. */
function negotiatedProtocol({ alpn }: TlsClient, { protocol }: TlsServer): string | null {
  if (alpn.length === 0 || protocol === null) return null
  return alpn.includes(protocol) ? protocol : 'http/1.1'
}
