import { AsnConvert } from '@peculiar/asn1-schema'
import {
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  type GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  id_kp_serverAuth,
  type Name,
  SubjectAlternativeName,
  type TBSCertificate,
} from '@peculiar/asn1-x509'
import type { ImportCertificate } from '../certificate.ts'
import type { Evidence } from '../evidence.ts'
import type { Excerpt } from '../excerpt.ts'
import type { Place } from '../origin.ts'
import type { TextReader } from '../reader.ts'

/** A block, also one whose end is missing. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)(?:-----END \1-----|(?=-----BEGIN )|$(?![\s\S]))/g

/** Reads certificates. Private keys beside them are not read. */
export const pemReader: TextReader = {
  reads: 'certificates (PEM): issuer, names, usages, dates; private keys are not read',
  recognizes: ({ text }) => text.includes('-----BEGIN '),
  read(text, evidence) {
    for (const { index, 1: label, 2: body } of text.text.matchAll(BLOCK)) {
      const at = { file: text.file, line: text.positionOf(index).line }
      if (isPrivateKey(label)) noteKey(at, evidence)
      else if (label === 'CERTIFICATE') {
        const certificate = certificateIn(body, at)
        if (certificate !== null) evidence.certificates.push(certificate)
        else evidence.note({ kind: 'unread', at, message: 'a certificate that cannot be decoded' })
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

/** Reports the private keys in a text that another reader reads. */
export function noteKeys(text: Excerpt, evidence: Evidence): void {
  for (const { index, 1: label } of text.text.matchAll(BLOCK))
    if (isPrivateKey(label)) noteKey({ file: text.file, line: text.positionOf(index).line }, evidence)
}

function certificateIn(body: string, at: Place): ImportCertificate | null {
  try {
    const bytes = Uint8Array.from(atob(body.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
    const { tbsCertificate } = AsnConvert.parse(bytes, Certificate)
    return { at, ...readCertificate(tbsCertificate) }
  } catch {
    // The decoders throw errors of many kinds for a text that is no certificate.
    return null
  }
}

function readCertificate(certificate: TBSCertificate): Omit<ImportCertificate, 'at'> {
  const { subject, issuer, validity } = certificate
  const names = extensionOf(certificate, id_ce_subjectAltName, SubjectAlternativeName) ?? []
  const extended = extensionOf(certificate, id_ce_extKeyUsage, ExtendedKeyUsage)
  const usages = extended?.map(String) ?? []
  return {
    subject: nameText(subject),
    issuer: nameText(issuer),
    cn: attributesOf(subject).find(([type]) => type === COMMON_NAME)?.[1] ?? '',
    sans: [...names].flatMap(textOfName),
    isCa: extensionOf(certificate, id_ce_basicConstraints, BasicConstraints)?.cA === true,
    usages: [
      ...(usages.includes(id_kp_serverAuth) ? (['server'] as const) : []),
      ...(usages.includes(id_kp_clientAuth) ? (['client'] as const) : []),
    ],
    hasUsages: extended !== null,
    notBeforeS: validity.notBefore.getTime().getTime() / 1000,
    notAfterS: validity.notAfter.getTime().getTime() / 1000,
  }
}

function extensionOf<T>({ extensions }: TBSCertificate, id: string, type: new () => T): T | null {
  const found = extensions?.find(({ extnID }) => extnID === id)
  return found === undefined ? null : AsnConvert.parse(found.extnValue, type)
}

function textOfName({ dNSName, iPAddress }: GeneralName): readonly string[] {
  return [dNSName, iPAddress].flatMap((name) => (name === undefined ? [] : [name]))
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
