import { type Certificate, type CertificateUsage, isIpv4Address } from './certificate.ts'

/** Whom the verifying side trusts, and what the certificate must be good for. */
export type VerificationRule =
  /** Go's InsecureSkipVerify: whoever proves possession of the presented key is believed. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'ca'
      readonly ca: Certificate
      /** DNS name or IPv4 address that the certificate must carry; null: no name is expected, as of a client. */
      readonly expectedName: string | null
      readonly usage: CertificateUsage
      /** Whole seconds from tick 0. */
      readonly nowS: number
    }

export type Refusal = 'not-yet-valid' | 'expired' | 'name-mismatch' | 'unknown-authority' | 'wrong-usage'

/**
 * Judges a presented certificate: null where the rule accepts it, else the first thing that is wrong, in the order of
 * Go's x509 `Certificate.Verify`: the leaf's validity, its names, a chain to the trusted authority and that
 * authority's validity, the usage. That the peer holds the key is not asked here: the handshake's signature tells.
 * Intermediates, revocation and name constraints are not modelled; Kubernetes' own CAs use none of them.
 */
export function verifyCertificate(presented: Certificate, rule: VerificationRule): Refusal | null {
  if (rule.kind === 'none') return null
  const { ca, expectedName, usage, nowS } = rule
  return (
    checkValidity(presented, nowS) ??
    (expectedName === null || hasName(presented, expectedName) ? null : 'name-mismatch') ??
    checkChain(presented, ca, nowS) ??
    (mayServe(presented, usage) && mayServe(ca, usage) ? null : 'wrong-usage')
  )
}

/** What an apiserver with `--enable-kubelet-cert-cn-validation` asks besides: the CN, letter by letter (KEP-4872). */
export function checkCommonName({ cn }: Certificate, expectedCommonName: string | null): Refusal | null {
  return expectedCommonName === null || cn === expectedCommonName ? null : 'name-mismatch'
}

function checkValidity({ notBeforeS, notAfterS }: Certificate, nowS: number): Refusal | null {
  if (nowS < notBeforeS) return 'not-yet-valid'
  return nowS > notAfterS ? 'expired' : null
}

/** A certificate that is itself the trusted one ends the search, whether it may sign or not. */
function checkChain(presented: Certificate, ca: Certificate, nowS: number): Refusal | null {
  if (presented.name === ca.name) return null
  if (presented.issuer !== ca.name || !ca.isAuthority) return 'unknown-authority'
  return checkValidity(ca, nowS)
}

function mayServe({ usages }: Certificate, usage: CertificateUsage): boolean {
  return usages.length === 0 || usages.includes(usage)
}

/** Go's VerifyHostname: an address among the addresses, a name among the DNS names; the CN counts for nothing. */
export function hasName({ sans }: Certificate, expectedName: string): boolean {
  if (isIpv4Address(expectedName)) return sans.includes(expectedName)
  const host = lowerCaseAscii(expectedName)
  return sans.some((san) => !isIpv4Address(san) && matchesHost(lowerCaseAscii(san), host))
}

/** Label by label; a pattern's first label may be `*`, and then stands for exactly one label of the host. */
function matchesHost(pattern: string, host: string): boolean {
  const patternLabels = pattern.split('.')
  const hostLabels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.')
  if (pattern === '*' || patternLabels.length !== hostLabels.length) return false
  return patternLabels.every(
    (label, i) => label === hostLabels[i] || (i === 0 && label === '*' && hostLabels[0] !== ''),
  )
}

/** Names of hosts compare as ASCII; a locale's rules would differ between engines. */
function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/**
 * The TLS alert (RFC 8446 6) with which Go ends the handshake. Its client answers everything with bad_certificate
 * (crypto/tls `verifyServerCertificate`); its server tells authority and validity apart (`processCertsFromClient`).
 */
export function alertOfRefusal(refusal: Refusal, verifier: CertificateVerifier): number {
  if (verifier === 'tls-client') return BAD_CERTIFICATE
  switch (refusal) {
    case 'unknown-authority':
      return UNKNOWN_CA
    case 'not-yet-valid':
    case 'expired':
      return CERTIFICATE_EXPIRED
    case 'name-mismatch':
    case 'wrong-usage':
      return BAD_CERTIFICATE
  }
}

export type CertificateVerifier = 'tls-client' | 'tls-server'

const BAD_CERTIFICATE = 42
const CERTIFICATE_EXPIRED = 45
const UNKNOWN_CA = 48
