import { assert } from '../engine/assert.ts'

export type TlsVersion = '1.2' | '1.3'

export type TlsCipher = 'aes-128-gcm' | 'chacha20-poly1305'

/** Which stack's habit sets the sizes of application-data records. */
export type RecordSizing =
  /** Go's crypto/tls: records start near a TCP segment and grow, so that the first bytes can be opened early. */
  | 'go'
  /** Always as large as allowed, as OpenSSL (and so Node.js) writes them. */
  | 'fixed'

/** TLSPlaintext.length is at most 2^14 (RFC 8446 5.1, RFC 5246 6.2.1). */
const MAX_RECORD_PLAINTEXT_BYTES = 16_384

/** Type, version, length. */
export const RECORD_HEADER_BYTES = 5

/** Both AEADs in use have a tag of 16. */
const TAG_BYTES = 16

/**
 * What a sealed record adds to its plaintext. 1.3: header, one byte for the inner content type, tag (RFC 8446 5.2).
 * 1.2: header, for GCM the explicit half of the nonce (RFC 5288 3; ChaCha20 has none, RFC 7905 2), tag.
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

/** Go's estimate of what surely fits one segment, whatever the connection's real MSS. */
const GO_MSS_ESTIMATE_BYTES = 1208

/** Go gives up growing and writes full records after so many bytes, or so many records. */
const GO_BOOST_BYTES = 128 * 1024
const GO_BOOST_RECORDS = 1000

/**
 * The most plaintext of the next application-data record: what is left of a write is cut at this size, again and
 * again. Go (crypto/tls `maxPayloadSizeForWrite`): the n-th record is n times what fits 1208 bytes on the wire.
 *
 * @param wireBytesSent all that this side has written to the connection, the handshake's bytes too
 * @param dataRecordsSent application-data records that this side has sealed before this one
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

/** A level and a description; sealed once the sender has keys (1.3: from the ServerHello on; 1.2: from its CCS on). */
export function alertBytes(version: TlsVersion, isSealed: boolean, cipher: TlsCipher = 'aes-128-gcm'): number {
  return 2 + (isSealed ? recordOverheadBytes(version, cipher) : RECORD_HEADER_BYTES)
}

/** A close_notify comes after the handshake, hence sealed. */
export function closeNotifyBytes(version: TlsVersion, cipher: TlsCipher = 'aes-128-gcm'): number {
  return alertBytes(version, true, cipher)
}
