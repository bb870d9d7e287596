import { AsnConvert } from '@peculiar/asn1-schema'
import {
  type AlgorithmIdentifier,
  Certificate,
  type Name,
  type SubjectPublicKeyInfo,
  type TBSCertificate,
} from '@peculiar/asn1-x509'
import type { ParsedCertificate } from '../../security/x509/parsed-certificate.ts'
import { DerReader, hexOf, oidOf, ParseError, TAG } from './der-reader.ts'
import { readExtensions } from './extensions.ts'

/** A certificate that Go parses, with dates in seconds since 1970. */
export interface Parsed {
  readonly certificate: ParsedCertificate
  readonly subject: Name
  readonly issuer: Name
}

/**
 * Parses a certificate in DER as Go's x509.ParseCertificate does (crypto/x509/parser.go, 1.24). Signatures are not
 * checked. For a certificate that Go refuses, returns Go's error as text.
 */
export function parseCertificate(der: Uint8Array): Parsed | string {
  try {
    const whole = new DerReader(der)
    whole.inside('x509: malformed certificate')
    if (!whole.isEmpty) return 'x509: trailing data'
    return parse(der)
  } catch (error) {
    // The library throws errors of many types for bytes that are not a certificate.
    return error instanceof ParseError ? error.message : 'x509: malformed certificate'
  }
}

function parse(der: Uint8Array): Parsed {
  const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(der, Certificate)
  const { version, serialNumber, signature, issuer, subject, validity, subjectPublicKeyInfo } = tbsCertificate
  if (version > 2) throw new ParseError('x509: invalid version')
  const serial = new Uint8Array(serialNumber)
  if (serial[0] >= 0x80) throw new ParseError('x509: negative serial number')
  if (derText(signature) !== derText(signatureAlgorithm))
    throw new ParseError("x509: inner and outer signature algorithm identifiers don't match")
  for (const name of [issuer, subject]) checkName(name)
  const cn = attributeOf(subject, '2.5.4.3')
  const certificate: ParsedCertificate = {
    id: hexOf(der),
    subject: derText(subject),
    issuer: derText(issuer),
    cn,
    title: cn || attributeOf(subject, '2.5.4.10') || `serial:${BigInt(`0x${hexOf(serial) || '0'}`)}`,
    key: keyOf(subjectPublicKeyInfo),
    signedBy: null,
    algorithmFlaw: algorithmFlaw(signature),
    isVersion3: version === 2,
    ...readExtensions(extensionsOf(tbsCertificate)),
    notBeforeS: validity.notBefore.getTime().getTime() / 1000,
    notAfterS: validity.notAfter.getTime().getTime() / 1000,
  }
  return { certificate, subject, issuer }
}

/** Returns the bytes of a DER part as text. */
function derText(part: Name | AlgorithmIdentifier | SubjectPublicKeyInfo): string {
  return hexOf(new Uint8Array(AsnConvert.serialize(part)))
}

function attributeOf(name: Name, wanted: string): string {
  return (
    name
      .flatMap((set) => [...set])
      .findLast(({ type }) => type === wanted)
      ?.value.toString() ?? ''
  )
}

function checkName(name: Name): void {
  for (const { value } of name.flatMap((set) => [...set])) {
    const { printableString, universalString, anyValue } = value
    const what =
      printableString !== undefined && !/^[-a-zA-Z0-9 '()*&+,./:=?]*$/.test(printableString)
        ? 'invalid PrintableString'
        : universalString !== undefined
          ? 'unsupported string type: 28'
          : anyValue !== undefined && new Uint8Array(anyValue)[0] !== NUMERIC_STRING
            ? `unsupported string type: ${new Uint8Array(anyValue)[0]}`
            : null
    if (what !== null) throw new ParseError(`x509: invalid RDNSequence: invalid attribute value: ${what}`)
  }
}

const NUMERIC_STRING = 18

function extensionsOf({ version, extensions }: TBSCertificate) {
  if (version !== 2) return []
  const seen = new Set<string>()
  return [...(extensions ?? [])].map(({ extnID, critical, extnValue }) => {
    if (seen.has(extnID)) throw new ParseError(`x509: certificate contains duplicate extension with OID "${extnID}"`)
    seen.add(extnID)
    return { oid: extnID, isCritical: critical, value: new Uint8Array(extnValue.buffer) }
  })
}

const DER_NULL = Uint8Array.of(5, 0)

const RSA = '1.2.840.113549.1.1.1'
const ECDSA = '1.2.840.10045.2.1'
const ED25519 = '1.3.101.112'
const DSA = '1.2.840.10040.4.1'
/** P-224, P-256, P-384, P-521. */
const CURVES: ReadonlySet<string> = new Set(['1.3.132.0.33', '1.2.840.10045.3.1.7', '1.3.132.0.34', '1.3.132.0.35'])

/** Returns the bytes of a public key; null for an unknown algorithm. */
function keyOf(info: SubjectPublicKeyInfo): string | null {
  const { algorithm, subjectPublicKey } = info
  // The library returns null for NULL, and undefined if there are no parameters.
  const parameters =
    algorithm.parameters === null ? DER_NULL : new Uint8Array(algorithm.parameters ?? new ArrayBuffer(0))
  const key = new Uint8Array(subjectPublicKey)
  switch (algorithm.algorithm) {
    case RSA:
      checkRsaKey(parameters, key)
      break
    case ECDSA:
      checkCurve(parameters, key)
      break
    case ED25519:
      if (parameters.length > 0) throw new ParseError('x509: Ed25519 key encoded with illegal parameters')
      if (key.length !== 32) throw new ParseError('x509: wrong Ed25519 public key size')
      break
    case DSA:
      break
    default:
      return null
  }
  return derText(info)
}

function checkRsaKey(parameters: Uint8Array, key: Uint8Array): void {
  if (hexOf(parameters) !== '0500') throw new ParseError('x509: RSA key missing NULL parameters')
  const numbers = new DerReader(key).inside('x509: invalid RSA public key')
  const modulus = numbers.take(TAG.integer, 'x509: invalid RSA modulus')
  const exponent = numbers.optionalInteger('x509: invalid RSA public exponent')
  if (modulus[0] >= 0x80) throw new ParseError('x509: RSA modulus is not a positive number')
  if (exponent === null) throw new ParseError('x509: invalid RSA public exponent')
  if (exponent <= 0) throw new ParseError('x509: RSA public exponent is not a positive number')
}

/** Checks the form of a curve point. It does not check that the point is on the curve. */
function checkCurve(parameters: Uint8Array, key: Uint8Array): void {
  const message = 'x509: invalid ECDSA parameters'
  const curve = oidOf(new DerReader(parameters).take(TAG.oid, message), message)
  if (!CURVES.has(curve)) throw new ParseError('x509: unsupported elliptic curve')
  if (key[0] !== 4) throw new ParseError('x509: failed to unmarshal elliptic curve point')
}

/** Go's error for signatures that it does not check. */
const UNIMPLEMENTED = 'x509: cannot verify signature: algorithm unimplemented'

const INSECURE: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.4': 'MD5-RSA',
  '1.2.840.113549.1.1.5': 'SHA1-RSA',
  '1.3.14.3.2.29': 'SHA1-RSA',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
}

/** RSA with SHA-256, 384 and 512, RSA-PSS, ECDSA with the same, Ed25519. */
const SECURE: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.113549.1.1.10',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
  ED25519,
])

function algorithmFlaw({ algorithm }: AlgorithmIdentifier): string | null {
  const insecure = INSECURE[algorithm]
  if (insecure !== undefined) return `x509: cannot verify signature: insecure algorithm ${insecure}`
  return SECURE.has(algorithm) ? null : UNIMPLEMENTED
}
