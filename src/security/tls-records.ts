import { assert } from '../engine/assert.ts'

export type TlsVersion = '1.2' | '1.3'

export type TlsCipher = 'aes-128-gcm' | 'chacha20-poly1305'

/** A rule for the sizes of application-data records. */
export type RecordSizing =
  /**
   * The rule of Go's crypto/tls: records begin at the size of a TCP segment and grow, so that the first bytes are
   * decrypted early.
   */
  | 'go'
  /** The maximum size always, as OpenSSL and Node.js do. */
  | 'fixed'

/** The maximum of TLSPlaintext.length (RFC 8446 section 5.1, RFC 5246 section 6.2.1). */
const MAX_RECORD_PLAINTEXT_BYTES = 16_384

/** The size of a record header: type, version, length. */
export const RECORD_HEADER_BYTES = 5

/** The size of the tag of both AEADs in use (RFC 5116 section 5.1, RFC 8439 section 2.8). */
const TAG_BYTES = 16

/**
 * The bytes that an encrypted record adds to its plaintext. 1.3: header, one byte for the inner content type, tag
 * (RFC 8446 section 5.2). 1.2: header, tag, and for GCM the explicit part of the nonce (RFC 5288 section 3; ChaCha20 has
 * none, RFC 7905 section 2).
 */
export function recordOverheadBytes(version: TlsVersion, cipher: TlsCipher = 'aes-128-gcm'): number {
  return RECORD_HEADER_BYTES + explicitNonceBytes(version, cipher) + TAG_BYTES + innerTypeBytes(version)
}

function explicitNonceBytes(version: TlsVersion, cipher: TlsCipher): number {
  return version === '1.2' && cipher === 'aes-128-gcm' ? 8 : 0
}

function innerTypeBytes(version: TlsVersion): number {
  return version === '1.3' ? 1 : 0
}

/**
 * Go's estimate of the payload of one segment, which ignores the connection's MSS (crypto/tls/conn.go, tcpMSSEstimate).
 */
const GO_MSS_ESTIMATE_BYTES = 1208

/**
 * Go writes records of the maximum size after this many bytes, or this many records (crypto/tls/conn.go,
 * recordSizeBoostThreshold, maxPayloadSizeForWrite).
 */
const GO_BOOST_BYTES = 128 * 1024
const GO_BOOST_RECORDS = 1000

/**
 * The maximum plaintext of the next application-data record, in bytes. In Go, the n-th record has n times what fits into
 * 1208 bytes on the wire (crypto/tls/conn.go, maxPayloadSizeForWrite).
 *
 * @param wireBytesSent the bytes that this side has written to the connection, with the handshake
 * @param dataRecordsSent the application-data records that this side has written before this one
 */
export function maxRecordPlaintextBytes(
  wireBytesSent: number,
  dataRecordsSent: number,
  sizing: RecordSizing,
  version: TlsVersion,
  cipher: TlsCipher = 'aes-128-gcm',
): number {
  assert(wireBytesSent >= 0 && dataRecordsSent >= 0, 'a TLS writer has sent no less than nothing')
  if (sizing === 'fixed' || wireBytesSent >= GO_BOOST_BYTES || dataRecordsSent > GO_BOOST_RECORDS) {
    return MAX_RECORD_PLAINTEXT_BYTES
  }
  const perSegmentBytes = GO_MSS_ESTIMATE_BYTES - recordOverheadBytes(version, cipher)
  return Math.min(perSegmentBytes * (dataRecordsSent + 1), MAX_RECORD_PLAINTEXT_BYTES)
}

/**
 * The size of an alert: level and description. It is encrypted after the ServerHello in 1.3, after the sender's CCS in
 * 1.2.
 */
export function alertBytes(version: TlsVersion, isSealed: boolean, cipher: TlsCipher = 'aes-128-gcm'): number {
  return 2 + (isSealed ? recordOverheadBytes(version, cipher) : RECORD_HEADER_BYTES)
}

/** The size of a close_notify, which is encrypted because it follows the handshake. */
export function closeNotifyBytes(version: TlsVersion, cipher: TlsCipher = 'aes-128-gcm'): number {
  return alertBytes(version, true, cipher)
}
