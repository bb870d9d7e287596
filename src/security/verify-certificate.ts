import { type Certificate, type CertificateUsage, isIpv4Address } from './certificate.ts'

/** The CA that a verifier trusts, and the name and usage that a certificate must have. */
export type VerificationRule =
  /** No verification (Go's InsecureSkipVerify): the peer only proves that it has the presented key. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'ca'
      readonly ca: Certificate
      /** The DNS name or IPv4 address that the certificate must have; null for any, as of a client. */
      readonly expectedName: string | null
      readonly usage: CertificateUsage
      /** The present time in whole seconds from tick 0. */
      readonly nowS: number
    }

export type Refusal = 'not-yet-valid' | 'expired' | 'name-mismatch' | 'unknown-authority' | 'wrong-usage'

/**
 * Verifies a presented certificate. Returns null when the rule accepts it, and otherwise the first error in the order of
 * Go's x509 Certificate.Verify: the leaf's validity, its names, the chain to the trusted CA and that CA's validity, the
 * usage. The handshake's signature proves possession of the key. Intermediate CAs, revocation and name constraints are
 * not modelled; Kubernetes' own CAs use none of them.
 */
export function verifyCertificate(presented: Certificate, rule: VerificationRule): Refusal | null {
  if (rule.kind === 'none') return null
  const { ca, expectedName, usage, nowS } = rule
  return (
    checkValidity(presented, nowS) ??
    (expectedName === null || hasName(presented, expectedName) ? null : 'name-mismatch') ??
    checkChain(presented, ca, nowS) ??
    (isUsableFor(presented, usage) && isUsableFor(ca, usage) ? null : 'wrong-usage')
  )
}

/**
 * The additional check of an apiserver with `--enable-kubelet-cert-cn-validation`: an exact match of the CN (KEP-4872).
 */
export function checkCommonName({ cn }: Certificate, expectedCommonName: string | null): Refusal | null {
  return expectedCommonName === null || cn === expectedCommonName ? null : 'name-mismatch'
}

function checkValidity({ notBeforeS, notAfterS }: Certificate, nowS: number): Refusal | null {
  if (nowS < notBeforeS) return 'not-yet-valid'
  return nowS > notAfterS ? 'expired' : null
}

/** Checks the chain. A presented certificate that is itself the trusted one is accepted, even if it is no CA. */
function checkChain(presented: Certificate, ca: Certificate, nowS: number): Refusal | null {
  if (presented.name === ca.name) return null
  if (presented.issuer !== ca.name || !ca.isAuthority) return 'unknown-authority'
  return checkValidity(ca, nowS)
}

function isUsableFor({ usages }: Certificate, usage: CertificateUsage): boolean {
  return usages.length === 0 || usages.includes(usage)
}

/**
 * Whether the certificate has an address or DNS name among its SANs, as Go's VerifyHostname checks; the CN is ignored.
 */
export function hasName({ sans }: Certificate, expectedName: string): boolean {
  if (isIpv4Address(expectedName)) return sans.includes(expectedName)
  const host = lowerCaseAscii(expectedName)
  return sans.some((san) => !isIpv4Address(san) && matchesHost(lowerCaseAscii(san), host))
}

/** Compares labels. The first label of a pattern may be `*`, which matches exactly one label. */
function matchesHost(pattern: string, host: string): boolean {
  const patternLabels = pattern.split('.')
  const hostLabels = (host.endsWith('.') ? host.slice(0, -1) : host).split('.')
  if (pattern === '*' || patternLabels.length !== hostLabels.length) return false
  return patternLabels.every(
    (label, i) => label === hostLabels[i] || (i === 0 && label === '*' && hostLabels[0] !== ''),
  )
}

/** Converts ASCII letters only, because the rules of a locale differ between JavaScript engines. */
function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
