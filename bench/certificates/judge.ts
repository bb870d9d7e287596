import { X509Certificate } from 'node:crypto'
import { parseCertificate } from '../../src/import/x509/parse-certificate.ts'
import { rfc3339 } from '../../src/packets/encode/epoch.ts'
import type { ParsedCertificate } from '../../src/security/x509/parsed-certificate.ts'
import { verifyChain } from '../../src/security/x509/verify-chain.ts'
import type { Verdict } from './go.ts'
import type { ChainCase } from './limbo.ts'

/** The proof of who signed: a checked signature, as in simulations, or equal key identifiers, as in imports. */
export type Signatures = 'checked' | 'key-identifiers'

/** Judges a chain with the code that simulations and imports use. */
export function judge(each: ChainCase, signatures: Signatures): Verdict {
  const leaf = parsed(each.leaf)
  if (typeof leaf === 'string') return { id: each.id, kind: 'unparsed', message: leaf }
  const [roots, intermediates] = [each.roots, each.intermediates].map(poolOf)
  const all = [...roots, ...intermediates]
  const signed = (certificate: ParsedCertificate) =>
    signatures === 'checked' ? { ...certificate, signedBy: signerOf(certificate, all) } : certificate
  const refused = verifyChain(signed(leaf), {
    roots: roots.map(signed),
    intermediates: intermediates.map(signed),
    expectedName: each.name === '' ? null : each.name,
    usages: each.usages,
    nowS: Date.parse(each.time) / 1000,
    // Go writes no fractions.
    timeText: (seconds) => rfc3339(Math.floor(seconds)),
  })
  return { id: each.id, kind: refused?.refusal ?? '', message: refused?.message ?? '' }
}

const CERTIFICATES = new Map<string, ParsedCertificate | string>()

function parsed(base64: string): ParsedCertificate | string {
  const known = CERTIFICATES.get(base64)
  if (known !== undefined) return known
  const read = parseCertificate(Uint8Array.from(Buffer.from(base64, 'base64')))
  const result = typeof read === 'string' ? read : read.certificate
  CERTIFICATES.set(base64, result)
  return result
}

/** A pool skips what does not parse. */
function poolOf(certificates: readonly string[]): readonly ParsedCertificate[] {
  return certificates.map(parsed).filter((each) => typeof each !== 'string')
}

/** Returns the key of the certificate that signed another one; empty if none of them did. */
function signerOf(child: ParsedCertificate, all: readonly ParsedCertificate[]): string {
  const signer = all.find((parent) => parent.subject === child.issuer && isSigned(child, parent))
  return signer?.key ?? ''
}

const SIGNED = new Map<string, boolean>()

function isSigned(child: ParsedCertificate, parent: ParsedCertificate): boolean {
  const pair = `${child.id}/${parent.id}`
  const known = SIGNED.get(pair)
  if (known !== undefined) return known
  const found = verifies(child, parent)
  SIGNED.set(pair, found)
  return found
}

function verifies(child: ParsedCertificate, parent: ParsedCertificate): boolean {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(parent.id, 'hex'))
    return new X509Certificate(Buffer.from(child.id, 'hex')).verify(publicKey)
  } catch {
    // OpenSSL does not read every certificate that Go reads.
    return false
  }
}
