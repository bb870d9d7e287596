import { ipBytes } from '../../security/x509/ip-bytes.ts'
import { labelsOf, mailboxOf, uriHost } from '../../security/x509/name-syntax.ts'
import type { AlternativeName, ConstraintLists, NameConstraints } from '../../security/x509/parsed-certificate.ts'
import { DerReader, hexOf, oidOf, ParseError, TAG, textOf } from './der-reader.ts'
import { uriError } from './uri.ts'

/** The parts of a certificate that come from extensions (Go's processExtensions). */
export interface Extensions {
  subjectKeyId: string
  authorityKeyId: string
  names: readonly AlternativeName[] | null
  usages: readonly string[]
  isAuthority: boolean | null
  maySign: boolean
  maxPathLength: number | null
  constraints: NameConstraints | null
  hasUnhandledCriticalExtension: boolean
}

export interface Extension {
  readonly oid: string
  readonly isCritical: boolean
  readonly value: Uint8Array
}

/** Reads extensions in order. @throws ParseError with Go's message */
export function readExtensions(extensions: readonly Extension[]): Extensions {
  const out: Extensions = {
    subjectKeyId: '',
    authorityKeyId: '',
    names: null,
    usages: [],
    isAuthority: null,
    maySign: true,
    maxPathLength: null,
    constraints: null,
    hasUnhandledCriticalExtension: false,
  }
  for (const extension of extensions) {
    const read = READERS[extension.oid]
    const isHandled = read?.(extension, out) ?? false
    if (extension.isCritical && !isHandled) out.hasUnhandledCriticalExtension = true
  }
  return out
}

/** Reads one extension, and returns whether Go handles all of it. */
type Read = (extension: Extension, out: Extensions) => boolean

const READERS: Readonly<Record<string, Read>> = {
  '2.5.29.14': readSubjectKeyId,
  '2.5.29.15': readKeyUsage,
  '2.5.29.17': readNames,
  '2.5.29.19': readBasicConstraints,
  '2.5.29.30': readConstraints,
  '2.5.29.31': checked('x509: invalid CRL distribution points'),
  '2.5.29.32': readPolicies,
  '2.5.29.33': checked('x509: invalid policy mappings extension'),
  '2.5.29.35': readAuthorityKeyId,
  '2.5.29.36': checked('x509: invalid policy constraints extension'),
  '2.5.29.37': readUsages,
  '2.5.29.54': checked('x509: invalid inhibit any policy extension', TAG.integer),
  '1.3.6.1.5.5.7.1.1': readAuthorityInfo,
}

/** Returns a reader for an extension that is checked but not used. */
function checked(message: string, tag?: number): Read {
  return ({ value }) => {
    new DerReader(value).inside(message, tag)
    return true
  }
}

function readSubjectKeyId({ isCritical, value }: Extension, out: Extensions): boolean {
  if (isCritical) throw new ParseError('x509: subject key identifier incorrectly marked critical')
  out.subjectKeyId = hexOf(new DerReader(value).take(TAG.octetString, 'x509: invalid subject key identifier'))
  return true
}

function readAuthorityKeyId({ isCritical, value }: Extension, out: Extensions): boolean {
  if (isCritical) throw new ParseError('x509: authority key identifier incorrectly marked critical')
  const message = 'x509: invalid authority key identifier'
  const identifier = new DerReader(value).inside(message)
  if (identifier.isNext(0x80)) out.authorityKeyId = hexOf(identifier.take(0x80, message))
  return true
}

/** The bit keyCertSign, the sixth, in the byte after the number of unused bits (RFC 5280 section 4.2.1.3). */
const KEY_CERT_SIGN = 0x04

function readKeyUsage({ value }: Extension, out: Extensions): boolean {
  const bits = new DerReader(value).take(TAG.bitString, 'x509: invalid key usage')
  const padding = bits[0]
  const last = bits[bits.length - 1]
  const isWrong = bits.length === 0 || padding > 7 || (bits.length === 1 && padding > 0)
  if (isWrong || (bits.length > 1 && (last & ((1 << padding) - 1)) !== 0))
    throw new ParseError('x509: invalid key usage')
  const hasUsage = bits.subarray(1).some((byte) => byte !== 0)
  out.maySign = !hasUsage || (bits[1] & KEY_CERT_SIGN) !== 0
  return true
}

function readBasicConstraints({ value }: Extension, out: Extensions): boolean {
  const message = 'x509: invalid basic constraints'
  const constraints = new DerReader(value).inside(message)
  out.isAuthority = constraints.optionalBoolean(message)
  const length = constraints.optionalInteger(message)
  out.maxPathLength = length !== null && length >= 0 ? length : null
  return true
}

/** Go's names of extended key usages, below 1.3.6.1.5.5.7.3. */
const USAGES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'any',
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
}

function readUsages({ value }: Extension, out: Extensions): boolean {
  const message = 'x509: invalid extended key usages'
  const purposes = new DerReader(value).inside(message)
  const usages: string[] = []
  while (!purposes.isEmpty) {
    const oid = oidOf(purposes.take(TAG.oid, message), message)
    usages.push(USAGES[oid] ?? oid)
  }
  out.usages = usages
  return true
}

function readPolicies({ value }: Extension): boolean {
  const message = 'x509: invalid certificate policies'
  const policies = new DerReader(value).inside(message)
  const seen = new Set<string>()
  while (!policies.isEmpty) {
    const oid = oidOf(policies.inside(message).take(TAG.oid, message), message)
    if (seen.has(oid)) throw new ParseError(message)
    seen.add(oid)
  }
  return true
}

function readAuthorityInfo({ isCritical, value }: Extension): boolean {
  if (isCritical) throw new ParseError('x509: authority info access incorrectly marked critical')
  const message = 'x509: invalid authority info access'
  const descriptions = new DerReader(value).inside(message)
  while (!descriptions.isEmpty) oidOf(descriptions.inside(message).take(TAG.oid, message), message)
  return true
}

/** The kinds of GeneralName that are used, by tag (RFC 5280 section 4.2.1.6). */
const KINDS: Readonly<Record<number, 'email' | 'dns' | 'uri' | 'ip'>> = {
  129: 'email',
  130: 'dns',
  134: 'uri',
  135: 'ip',
}

function readNames({ value }: Extension, out: Extensions): boolean {
  const all = new DerReader(value).inside('x509: invalid subject alternative names')
  const names: AlternativeName[] = []
  while (!all.isEmpty) {
    const { tag, value: bytes } = all.next('x509: invalid subject alternative name')
    const kind = KINDS[tag] ?? 'other'
    names.push({ kind, value: nameValue(kind, bytes) })
  }
  out.names = names
  return names.some(({ kind }) => kind !== 'other')
}

function nameValue(kind: AlternativeName['kind'], bytes: Uint8Array): string {
  if (kind === 'other') return hexOf(bytes)
  if (kind === 'ip') {
    if (bytes.length === 4 || bytes.length === 16) return hexOf(bytes)
    throw new ParseError(`x509: cannot parse IP address of length ${bytes.length}`)
  }
  const text = textOf(bytes)
  if (!isIa5(bytes)) throw new ParseError(`x509: SAN ${NAME_TYPES[kind]} is malformed`)
  if (kind !== 'uri') return text
  const error = uriError(text)
  if (error !== null) throw new ParseError(`x509: cannot parse URI ${quoted(text)}: parse ${quoted(text)}: ${error}`)
  if (labelsOf(uriHost(text)) === null) throw new ParseError(`x509: cannot parse URI ${quoted(text)}: invalid domain`)
  return text
}

const NAME_TYPES = { email: 'rfc822Name', dns: 'dNSName', uri: 'uniformResourceIdentifier' } as const

function isIa5(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80)
}

/** Quotes a text as Go's %q does. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f]|\\u00(..)/g,
    (match, digits: string | undefined) => `\\x${digits ?? match.charCodeAt(0).toString(16)}`,
  )
}

function readConstraints({ value }: Extension, out: Extensions): boolean {
  const message = 'x509: invalid NameConstraints extension'
  const outer = new DerReader(value)
  const both = outer.inside(message)
  const permitted = both.isNext(0xa0) ? both.take(0xa0, message) : null
  const excluded = both.isNext(0xa1) ? both.take(0xa1, message) : null
  if (!outer.isEmpty || !both.isEmpty) throw new ParseError(message)
  if ((permitted?.length ?? 0) + (excluded?.length ?? 0) === 0)
    throw new ParseError('x509: empty name constraints extension')
  const lists = [permitted, excluded].map((subtrees) => readSubtrees(subtrees ?? new Uint8Array(), message))
  out.constraints = { permitted: lists[0].lists, excluded: lists[1].lists }
  return lists.every(({ isWhole }) => isWhole)
}

/** Reads subtrees. `isWhole` is false if one of them has a kind that Go does not handle. */
function readSubtrees(bytes: Uint8Array, message: string): { lists: ConstraintLists; isWhole: boolean } {
  const subtrees = new DerReader(bytes)
  const lists = {
    dns: [] as string[],
    ip: [] as { address: string; mask: string }[],
    email: [] as string[],
    uri: [] as string[],
  }
  let isWhole = true
  while (!subtrees.isEmpty) {
    const { tag, value } = subtrees.inside(message).next(message)
    const kind = KINDS[tag]
    if (kind === undefined) isWhole = false
    else if (kind === 'ip') lists.ip.push(rangeOf(value))
    else lists[kind].push(constraintOf(kind, value))
  }
  return { lists, isWhole }
}

function rangeOf(bytes: Uint8Array): { address: string; mask: string } {
  if (bytes.length !== 8 && bytes.length !== 32)
    throw new ParseError(`x509: IP constraint contained value of length ${bytes.length}`)
  const mask = bytes.subarray(bytes.length / 2)
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('')
  if (/01/.test(bits)) throw new ParseError(`x509: IP constraint contained invalid mask ${hexOf(mask)}`)
  return { address: hexOf(bytes.subarray(0, bytes.length / 2)), mask: hexOf(mask) }
}

function constraintOf(kind: 'dns' | 'email' | 'uri', bytes: Uint8Array): string {
  const text = textOf(bytes)
  if (!isIa5(bytes))
    throw new ParseError(`x509: invalid constraint value: x509: ${quoted(text)} cannot be encoded as an IA5String`)
  if (kind === 'uri' && ipBytes(text) !== null)
    throw new ParseError(`x509: failed to parse URI constraint ${quoted(text)}: cannot be IP address`)
  const isFine =
    kind === 'email' && text.includes('@')
      ? mailboxOf(text) !== null
      : labelsOf(text.startsWith('.') ? text.slice(1) : text) !== null
  if (!isFine) throw new ParseError(`x509: failed to parse ${CONSTRAINT_TYPES[kind]} constraint ${quoted(text)}`)
  return text
}

const CONSTRAINT_TYPES = { email: 'rfc822Name', dns: 'dnsName', uri: 'URI' } as const
