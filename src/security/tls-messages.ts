import {
  type Certificate,
  distinguishedNameBytes,
  isIpv4Address,
  type KeyAlgorithm,
  signatureBytes,
} from './certificate.ts'
import { utf8Bytes } from './der.ts'
import type { TlsVersion } from './tls-records.ts'

/**
 * Sizes of TLS handshake messages with their four-byte headers, without record headers: RFC 8446 (1.3), RFC 5246 and
 * RFC 8422 (1.2). The extensions and algorithms are those of crypto/tls in Go 1.24.
 */

/** The method by which both ends agree on a secret. */
export type KeyExchange =
  /** Keys are made for each session, so that the server's private key decrypts nothing later (forward secrecy). */
  | EphemeralKeyExchange
  /** The client encrypts the secret to the RSA key of the server's certificate (RFC 5246 section 7.4.7.1); 1.2 only. */
  | 'rsa'

/** `x25519mlkem768` is the post-quantum hybrid (draft-ietf-tls-ecdhe-mlkem), Go's default since 1.24; 1.3 only. */
export type EphemeralKeyExchange = 'x25519' | 'x25519mlkem768'

export interface ClientHello {
  /** The name in the server_name extension; null or an address for no extension (RFC 6066 section 3). */
  readonly serverName: string | null
  /** The protocols offered by ALPN, in order; empty for no extension. */
  readonly alpn: readonly string[]
  readonly keyExchange: KeyExchange
}

/** The fields msg_type and a length of three bytes (RFC 8446 section 4). */
const HEADER_BYTES = 4

/** The type and length of an extension, before its data. */
const EXTENSION_HEADER_BYTES = 4

const VERSION_BYTES = 2
const RANDOM_BYTES = 32
const SUITE_BYTES = 2
const COMPRESSION_METHOD_BYTES = 1
const SCHEME_BYTES = 2
const GROUP_BYTES = 2
const X25519_SHARE_BYTES = 32

/** The sizes of an ML-KEM-768 key and of its ciphertext (FIPS 203, table 3). */
const MLKEM768_KEY_BYTES = 1184
const MLKEM768_CIPHERTEXT_BYTES = 1088

/** The number of Go's default cipher suites with AES in hardware: ten ECDHE suites of 1.2, three of 1.3. */
const SUITES = 10 + 3

/**
 * The number of suites that GODEBUG=tlsrsakex=1 adds since Go 1.22: AES-128 and 256 with GCM and CBC
 * (cipher_suites.go).
 */
const RSA_SUITES = 4

/** The number of groups without the hybrid: X25519, P-256, P-384, P-521. */
const CLASSIC_GROUPS = 4

/**
 * The number of Go's defaultSupportedSignatureAlgorithms: four PSS or Ed25519, three PKCS #1, three ECDSA, two with
 * SHA-1.
 */
const SIGNATURE_SCHEMES = 12

/** The size of a vector, which begins with a length of as many bytes as its limit needs (RFC 8446 section 3.4). */
function vectorBytes(lengthOctets: 1 | 2 | 3, contentBytes: number): number {
  return lengthOctets + contentBytes
}

function extensionBytes(dataBytes: number): number {
  return EXTENSION_HEADER_BYTES + dataBytes
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/**
 * The size of a ClientHello, which is the same for both versions: Go offers 1.2 and 1.3 together, with a 1.3 key share.
 */
export function clientHelloBytes(hello: ClientHello): number {
  const extensions = [
    ...serverNameExtension(hello.serverName),
    extensionBytes(1 + vectorBytes(2, 0) + vectorBytes(2, 0)), // status_request (OCSP, no responders, no extensions)
    extensionBytes(vectorBytes(2, GROUP_BYTES * offeredGroups(hello.keyExchange))), // supported_groups
    extensionBytes(vectorBytes(1, 1)), // ec_point_formats: uncompressed
    extensionBytes(vectorBytes(2, SCHEME_BYTES * SIGNATURE_SCHEMES)), // signature_algorithms
    extensionBytes(vectorBytes(1, 0)), // renegotiation_info, empty
    extensionBytes(0), // extended_master_secret
    ...alpnExtension(hello.alpn),
    extensionBytes(0), // signed_certificate_timestamp
    extensionBytes(vectorBytes(1, 2 * VERSION_BYTES)), // supported_versions: 1.3, 1.2
    extensionBytes(vectorBytes(2, sum(clientShares(hello.keyExchange).map(keyShareBytes)))), // key_share
  ]
  return (
    HEADER_BYTES +
    VERSION_BYTES +
    RANDOM_BYTES +
    vectorBytes(1, 32) + // a random legacy_session_id (RFC 8446 appendix D.4)
    vectorBytes(2, SUITE_BYTES * (SUITES + (hello.keyExchange === 'rsa' ? RSA_SUITES : 0))) +
    vectorBytes(1, COMPRESSION_METHOD_BYTES) +
    vectorBytes(2, sum(extensions))
  )
}

function serverNameExtension(serverName: string | null): number[] {
  if (serverName === null || serverName === '' || isIpv4Address(serverName)) return []
  return [extensionBytes(vectorBytes(2, 1 + vectorBytes(2, utf8Bytes(serverName))))]
}

function alpnExtension(protocols: readonly string[]): number[] {
  if (protocols.length === 0) return []
  return [extensionBytes(vectorBytes(2, sum(protocols.map((protocol) => vectorBytes(1, utf8Bytes(protocol))))))]
}

function offeredGroups(keyExchange: KeyExchange): number {
  return keyExchange === 'x25519mlkem768' ? CLASSIC_GROUPS + 1 : CLASSIC_GROUPS
}

/**
 * The key shares. With the hybrid, Go also sends its X25519 part as a share of its own, for servers without the hybrid.
 */
function clientShares(keyExchange: KeyExchange): number[] {
  return keyExchange === 'x25519mlkem768'
    ? [MLKEM768_KEY_BYTES + X25519_SHARE_BYTES, X25519_SHARE_BYTES]
    : [X25519_SHARE_BYTES]
}

function keyShareBytes(shareBytes: number): number {
  return GROUP_BYTES + vectorBytes(2, shareBytes)
}

/** The size of a ServerHello. 1.3 echoes the session id and has a key share; 1.2 has neither, but answers ALPN here. */
export function serverHelloBytes(version: TlsVersion, keyExchange: KeyExchange, protocol: string | null): number {
  const shareBytes = X25519_SHARE_BYTES + (keyExchange === 'x25519mlkem768' ? MLKEM768_CIPHERTEXT_BYTES : 0)
  const extensions =
    version === '1.3'
      ? [extensionBytes(VERSION_BYTES), extensionBytes(keyShareBytes(shareBytes))]
      : [
          extensionBytes(vectorBytes(1, 0)),
          extensionBytes(0),
          extensionBytes(vectorBytes(1, 1)),
          ...alpnExtension(protocol === null ? [] : [protocol]),
        ]
  return (
    HEADER_BYTES +
    VERSION_BYTES +
    RANDOM_BYTES +
    vectorBytes(1, version === '1.3' ? 32 : 0) +
    SUITE_BYTES +
    COMPRESSION_METHOD_BYTES +
    vectorBytes(2, sum(extensions))
  )
}

/** The size of EncryptedExtensions; 1.3 only. */
export function encryptedExtensionsBytes(protocol: string | null): number {
  return HEADER_BYTES + vectorBytes(2, sum(alpnExtension(protocol === null ? [] : [protocol])))
}

/**
 * The size of a CertificateRequest.
 *
 * @param authorities the CAs whose certificates the server accepts; with none, Go omits the list (1.3) or sends an empty
 *   one (1.2)
 */
export function certificateRequestBytes(version: TlsVersion, authorities: readonly Certificate[]): number {
  const namesBytes = vectorBytes(2, sum(authorities.map((ca) => vectorBytes(2, distinguishedNameBytes(ca)))))
  const schemesBytes = vectorBytes(2, SCHEME_BYTES * SIGNATURE_SCHEMES)
  if (version === '1.2') return HEADER_BYTES + vectorBytes(1, 2) + schemesBytes + namesBytes // types: RSA, ECDSA
  const extensions = [
    extensionBytes(0), // status_request
    extensionBytes(0), // signed_certificate_timestamp
    extensionBytes(schemesBytes),
    ...(authorities.length === 0 ? [] : [extensionBytes(namesBytes)]),
  ]
  return HEADER_BYTES + vectorBytes(1, 0) + vectorBytes(2, sum(extensions))
}

/** @param chainBytes the DER sizes from the leaf up; empty for a client without a certificate */
export function certificateMessageBytes(version: TlsVersion, chainBytes: readonly number[]): number {
  const entryExtensionsBytes = version === '1.3' ? vectorBytes(2, 0) : 0
  const entries = chainBytes.map((derBytes) => vectorBytes(3, derBytes) + entryExtensionsBytes)
  return HEADER_BYTES + (version === '1.3' ? vectorBytes(1, 0) : 0) + vectorBytes(3, sum(entries))
}

/** The size of ServerKeyExchange, 1.2 only: curve type, curve, point, and a signature (RFC 8422 section 5.4). */
export function serverKeyExchangeBytes(key: KeyAlgorithm): number {
  return HEADER_BYTES + 1 + GROUP_BYTES + vectorBytes(1, X25519_SHARE_BYTES) + digitallySignedBytes(key)
}

/** The size of ServerHelloDone, which is always empty; 1.2 only. */
export function serverHelloDoneBytes(): number {
  return HEADER_BYTES
}

/**
 * The size of ClientKeyExchange, 1.2 only: the client's point (RFC 8422 section 5.7), or a secret encrypted to `key`, as
 * long as the key (RFC 5246 section 7.4.7.1).
 */
export function clientKeyExchangeBytes(key: KeyAlgorithm | null = null): number {
  return HEADER_BYTES + (key === null ? vectorBytes(1, X25519_SHARE_BYTES) : vectorBytes(2, signatureBytes(key)))
}

export function certificateVerifyBytes(key: KeyAlgorithm): number {
  return HEADER_BYTES + digitallySignedBytes(key)
}

function digitallySignedBytes(key: KeyAlgorithm): number {
  return SCHEME_BYTES + vectorBytes(2, signatureBytes(key))
}

/**
 * The size of Finished: an HMAC of SHA-256 (RFC 8446 section 4.4.4), or twelve bytes of a PRF (RFC 5246 section 7.4.9).
 */
export function finishedBytes(version: TlsVersion): number {
  return HEADER_BYTES + (version === '1.3' ? 32 : 12)
}
