import type { Name } from '@peculiar/asn1-x509'
import { ipText } from '../../security/x509/ip-bytes.ts'
import type { AlternativeName } from '../../security/x509/parsed-certificate.ts'
import type { ImportCertificate } from '../certificate.ts'
import type { Evidence } from '../evidence.ts'
import type { Excerpt } from '../excerpt.ts'
import type { Place } from '../origin.ts'
import type { TextReader } from '../reader.ts'
import { parseCertificate } from '../x509/parse-certificate.ts'

/** A PEM block; its end may be missing. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)(?:-----END \1-----|(?=-----BEGIN )|$(?![\s\S]))/g

/** Reads certificates. Private keys in the same file are not read. */
export const pemReader: TextReader = {
  reads: 'certificates (PEM): issuer, names, usages, dates; private keys are not read',
  recognizes: ({ text }) => text.includes('-----BEGIN '),
  read(text, evidence) {
    for (const { index, 1: label, 2: body } of text.text.matchAll(BLOCK)) {
      const at = { file: text.file, line: text.positionOf(index).line }
      if (isPrivateKey(label)) noteKey(at, evidence)
      else if (label === 'CERTIFICATE') {
        const certificate = certificateIn(body, at)
        if (typeof certificate !== 'string') evidence.certificates.push(certificate)
        else evidence.note({ kind: 'unread', at, message: `a certificate that Go does not read: ${certificate}` })
      }
    }
    return true
  },
}

function isPrivateKey(label: string): boolean {
  return label.includes('PRIVATE KEY')
}

function noteKey(at: Place, evidence: Evidence): void {
  const message = 'a private key, which is not read'
  evidence.note({ kind: 'unread', at, message, consequence: 'leave keys out when you collect files' })
}

/** Reports private keys in a text that another reader reads. */
export function noteKeys(text: Excerpt, evidence: Evidence): void {
  for (const { index, 1: label } of text.text.matchAll(BLOCK))
    if (isPrivateKey(label)) noteKey({ file: text.file, line: text.positionOf(index).line }, evidence)
}

/** Returns the certificates in a text, and Go's errors for those that it does not parse. */
export function certificatesIn(text: string, at: Place): readonly (ImportCertificate | string)[] {
  return [...text.matchAll(BLOCK)].flatMap(({ 1: label, 2: body }) =>
    label === 'CERTIFICATE' ? [certificateIn(body, at)] : [],
  )
}

function certificateIn(body: string, at: Place): ImportCertificate | string {
  const read = parseCertificate(bytesOf(body))
  if (typeof read === 'string') return read
  const { certificate, subject, issuer } = read
  const issuerCn = attributesOf(issuer).find(([type]) => type === COMMON_NAME)?.[1] ?? ''
  const sans = (certificate.names ?? []).flatMap(textOfName)
  return { at, parsed: certificate, subject: nameText(subject), issuer: nameText(issuer), issuerCn, sans }
}

/** Returns the bytes of a base64 text; none if it is not base64. */
function bytesOf(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

function textOfName({ kind, value }: AlternativeName): readonly string[] {
  return kind === 'dns' ? [value] : kind === 'ip' ? [ipText(value)] : []
}

const COMMON_NAME = '2.5.4.3'

/** The short names of attributes in distinguished names (RFC 4519). */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  [COMMON_NAME]: 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
}

function attributesOf(name: Name): (readonly [type: string, value: string])[] {
  return name.flatMap((relative) => [...relative].map(({ type, value }) => [type, String(value)] as const))
}

/** Formats a distinguished name: `O=system:nodes, CN=system:node:node-1`. */
function nameText(name: Name): string {
  return attributesOf(name)
    .map(([type, value]) => `${SHORT_NAMES[type] ?? type}=${value}`)
    .join(', ')
}
