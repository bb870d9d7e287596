import {
  BOOLEAN_BYTES,
  bitStringBytes,
  constructedBytes,
  integerBytes,
  NULL_BYTES,
  oidBytes,
  stringBytes,
  taggedBytes,
  utf8Bytes,
} from './der.ts'
import { addressRangeOf, ipBytes } from './x509/ip-bytes.ts'

export type KeyAlgorithm = 'ecdsa-p256' | 'rsa-2048' | 'ed25519'

export type CertificateUsage = 'server' | 'client'

/**
 * The content of a certificate. Cryptography is symbolic: `issuer` names the certificate whose private key signed this
 * one. Only code that acts for the owner of that key creates such a value.
 */
export interface Certificate {
  /** The name of the certificate, unique in a scenario. It also identifies the key pair, unless `keyOf` does. */
  readonly name: string
  /** The name of the key pair that signed this certificate; null for a self-signed one. */
  readonly issuer: string | null
  readonly cn: string
  readonly organizations: readonly string[]
  /** DNS names (a first label may be `*`) and IP addresses. */
  readonly sans: readonly string[]
  /** Extended key usages; empty for any usage. */
  readonly usages: readonly CertificateUsage[]
  readonly key: KeyAlgorithm
  /** The validity in whole seconds from tick 0, both ends inclusive; negative before tick 0. */
  readonly notBeforeS: number
  readonly notAfterS: number
  /** True if it may sign other certificates (the CA flag of basic constraints). */
  readonly isAuthority: boolean
  /** The CA whose name and key this CA has too, where another CA signed it (cross-signing). Absent: its own. */
  readonly keyOf?: string
  /** The most CAs between this CA and a leaf. Absent: any number. */
  readonly maximumPathLength?: number
  /** The DNS names and ranges of addresses for which this CA may sign. Absent: all. */
  readonly nameConstraints?: NameConstraints
  /** The certificates behind it in its file, which are sent after it. Absent: none. */
  readonly chain?: readonly Certificate[]
  /** The other CAs in the file of this CA, which a verifier with that file trusts too. Absent: none. */
  readonly bundle?: readonly Certificate[]
}

/** Lists of DNS names, each with all names below it, and ranges of addresses such as `10.0.0.0/8`. */
export interface NameConstraints {
  readonly permitted: readonly string[]
  readonly excluded: readonly string[]
}

/** Returns the name of a certificate's key pair. */
export function keyNameOf({ name, keyOf }: Certificate): string {
  return keyOf ?? name
}

/**
 * The DER size of a certificate (RFC 5280 section 4.1), as Go's x509.CreateCertificate encodes it with the fields that
 * kubeadm sets: a serial number of 8 octets, UTCTime, key usage, SHA-1 key identifiers.
 *
 * @param issuer the certificate whose key signs it; the certificate itself where it is self-signed
 */
export function certificateSizeBytes(certificate: Certificate, issuer: Certificate): number {
  const algorithmBytes = signatureAlgorithmBytes(issuer.key)
  const toBeSignedBytes = constructedBytes(
    constructedBytes(integerBytes(2)), // [0] version 3, encoded as 2
    integerBytes(SERIAL_BITS),
    algorithmBytes,
    distinguishedNameBytes(issuer),
    constructedBytes(UTC_TIME_BYTES, UTC_TIME_BYTES),
    distinguishedNameBytes(certificate),
    publicKeyInfoBytes(certificate.key),
    constructedBytes(extensionsBytes(certificate, issuer)), // [3]
  )
  return constructedBytes(toBeSignedBytes, algorithmBytes, bitStringBytes(signatureBytes(issuer.key)))
}

/** client-go chooses random serial numbers below 2^63; 255 of 256 need 8 octets. */
const SERIAL_BITS = 63

/** The form YYMMDDHHMMSSZ, for dates before 2050 (RFC 5280 section 4.1.2.5.1). */
const UTC_TIME_BYTES = taggedBytes(13)

/** The SHA-1 hash of the public key (RFC 5280 section 4.2.1.2, method 1). */
const KEY_IDENTIFIER_BYTES = 20

/**
 * The size of a signature in a certificate or a TLS CertificateVerify. An ECDSA signature is two INTEGERs, each of 33
 * octets if its top bit is set and (nearly always) 32 if not: 70, 71 or 72 octets in the ratio 1:2:1. The most frequent
 * size is returned.
 */
export function signatureBytes(key: KeyAlgorithm): number {
  switch (key) {
    case 'ecdsa-p256':
      return constructedBytes(integerBytes(256), integerBytes(255))
    case 'rsa-2048':
      return 256
    case 'ed25519':
      return 64
  }
}

/**
 * The size of a Name with the attributes that Kubernetes uses. Go encodes all organizations in one set, the CN in
 * another.
 */
export function distinguishedNameBytes({ cn, organizations }: Pick<Certificate, 'cn' | 'organizations'>): number {
  const sets: number[] = []
  if (organizations.length > 0) {
    sets.push(constructedBytes(...organizations.map((name) => attributeBytes('2.5.4.10', name))))
  }
  if (cn !== '') sets.push(constructedBytes(attributeBytes('2.5.4.3', cn)))
  return constructedBytes(...sets)
}

function attributeBytes(type: string, value: string): number {
  return constructedBytes(oidBytes(type), stringBytes(value))
}

/** The size of an AlgorithmIdentifier. RSA has NULL parameters, the others none (RFC 4055, RFC 5758, RFC 8410). */
export function signatureAlgorithmBytes(key: KeyAlgorithm): number {
  switch (key) {
    case 'ecdsa-p256':
      return constructedBytes(oidBytes('1.2.840.10045.4.3.2'))
    case 'rsa-2048':
      return constructedBytes(oidBytes('1.2.840.113549.1.1.11'), NULL_BYTES)
    case 'ed25519':
      return constructedBytes(oidBytes('1.3.101.112'))
  }
}

/**
 * The size of a SubjectPublicKeyInfo: an uncompressed point (RFC 5480), a modulus with exponent 65537 (RFC 3279), or 32
 * octets (RFC 8410).
 */
export function publicKeyInfoBytes(key: KeyAlgorithm): number {
  switch (key) {
    case 'ecdsa-p256':
      return constructedBytes(
        constructedBytes(oidBytes('1.2.840.10045.2.1'), oidBytes('1.2.840.10045.3.1.7')),
        bitStringBytes(1 + 32 + 32),
      )
    case 'rsa-2048':
      return constructedBytes(
        constructedBytes(oidBytes('1.2.840.113549.1.1.1'), NULL_BYTES),
        bitStringBytes(constructedBytes(integerBytes(2048), integerBytes(17))),
      )
    case 'ed25519':
      return constructedBytes(constructedBytes(oidBytes('1.3.101.112')), bitStringBytes(32))
  }
}

/** The size of the extensions (RFC 5280 section 4.2), in the order in which Go encodes them. */
function extensionsBytes(certificate: Certificate, issuer: Certificate): number {
  const { usages, isAuthority, sans, maximumPathLength, nameConstraints } = certificate
  const keyUsage = bitStringBytes(1) // signature and encipherment, and certificate signing for an authority: one octet
  const pathLengthBytes = maximumPathLength === undefined ? 0 : integerBytes(bitsOf(maximumPathLength))
  const basicConstraints = constructedBytes((isAuthority ? BOOLEAN_BYTES : 0) + pathLengthBytes)
  const extensions = [extensionBytes('2.5.29.15', keyUsage, true), extensionBytes('2.5.29.19', basicConstraints, true)]
  if (usages.length > 0) {
    const purposes = usages.map((usage) => oidBytes(usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2'))
    extensions.push(extensionBytes('2.5.29.37', constructedBytes(...purposes), false))
  }
  if (isAuthority) extensions.push(extensionBytes('2.5.29.14', taggedBytes(KEY_IDENTIFIER_BYTES), false))
  if (issuer.isAuthority && issuer.name !== certificate.name) {
    extensions.push(extensionBytes('2.5.29.35', constructedBytes(taggedBytes(KEY_IDENTIFIER_BYTES)), false))
  }
  if (sans.length > 0) extensions.push(alternativeNamesBytes(sans))
  if (nameConstraints !== undefined) extensions.push(nameConstraintsBytes(nameConstraints))
  return constructedBytes(...extensions)
}

/** The number of significant bits of a small whole number, at least 1. */
function bitsOf(value: number): number {
  return Math.max(32 - Math.clz32(value), 1)
}

/** The size of the extension nameConstraints (RFC 5280 section 4.2.1.10). */
function nameConstraintsBytes({ permitted, excluded }: NameConstraints): number {
  const subtrees = (names: readonly string[]) =>
    names.length === 0 ? 0 : constructedBytes(...names.map((name) => constructedBytes(constraintBytes(name))))
  return extensionBytes('2.5.29.30', constructedBytes(subtrees(permitted), subtrees(excluded)), true)
}

/** The size of a DNS name, or of an address with its mask. */
function constraintBytes(name: string): number {
  const range = addressRangeOf(name)
  return taggedBytes(range === null ? utf8Bytes(name) : (range.address.length + range.mask.length) / 2)
}

/** The size of the extension subjectAltName, with DNS names and addresses. */
export function alternativeNamesBytes(sans: readonly string[]): number {
  return extensionBytes('2.5.29.17', constructedBytes(...sans.map(nameBytes)), false)
}

function extensionBytes(oid: string, valueBytes: number, isCritical: boolean): number {
  return constructedBytes(oidBytes(oid), isCritical ? BOOLEAN_BYTES : 0, taggedBytes(valueBytes))
}

/** The size of a GeneralName: an iPAddress of 4 or 16 octets, or a dNSName. */
function nameBytes(san: string): number {
  const address = ipBytes(san)
  return taggedBytes(address === null ? utf8Bytes(san) : address.length / 2)
}

export function isIpv4Address(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}
