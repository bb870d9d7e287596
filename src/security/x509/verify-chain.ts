import { hostNameError } from './host-names.ts'
import { checkNameConstraints } from './name-constraints.ts'
import type { ParsedCertificate, Refused } from './parsed-certificate.ts'

/** The trust, knowledge and demand of a verifier (Go's VerifyOptions). */
export interface VerifyOptions {
  readonly roots: readonly ParsedCertificate[]
  /** The other certificates that the peer sent, in any order. */
  readonly intermediates: readonly ParsedCertificate[]
  /** The DNS name or address that the leaf must have; null for any, as of a client. */
  readonly expectedName: string | null
  /** A chain must be good for one of these. */
  readonly usages: readonly string[]
  /** The present time, from the origin of the certificates' dates. */
  readonly nowS: number
  /** Formats a time in messages, as RFC 3339. Absent: messages name no times. */
  readonly timeText?: (seconds: number) => string
}

/**
 * Verifies a certificate as Go's Certificate.Verify does (crypto/x509/verify.go, 1.24), in its order, which decides the
 * error: the leaf's critical extensions and dates; its name; whether it is a root itself; chains to the roots, depth
 * first; the usages down each chain. Returns null if it is accepted. Revocation and certificate policies are not modelled.
 */
export function verifyChain(leaf: ParsedCertificate, options: VerifyOptions): Refused | null {
  const invalid = checkCertificate(leaf, 'leaf', [], options)
  if (invalid !== null) return invalid
  const mismatch = options.expectedName === null ? null : hostNameError(leaf, options.expectedName)
  if (mismatch !== null) return { refusal: 'name-mismatch', message: mismatch }
  const found = options.roots.some(({ id }) => id === leaf.id)
    ? { chains: [[leaf]], refused: null }
    : new ChainBuilder(options).chainsFrom([leaf])
  if (found.refused !== null) return found.refused
  return found.chains.some((chain) => isUsable(chain, options.usages)) ? null : WRONG_USAGE
}

const WRONG_USAGE: Refused = {
  refusal: 'wrong-usage',
  message: 'x509: certificate specifies an incompatible key usage',
}

type Position = 'leaf' | 'intermediate' | 'root'

/** Checks a certificate that is about to be added to a chain (isValid). `below` begins with the leaf. */
function checkCertificate(
  certificate: ParsedCertificate,
  position: Position,
  below: readonly ParsedCertificate[],
  options: VerifyOptions,
): Refused | null {
  const { constraints, isAuthority, maxPathLength } = certificate
  if (certificate.hasUnhandledCriticalExtension)
    return { refusal: 'critical-extension', message: 'x509: unhandled critical extension' }
  const outdated = checkDates(certificate, options)
  if (outdated !== null) return outdated
  if (position !== 'leaf' && constraints !== null) {
    const violation = checkNameConstraints(constraints, below)
    if (violation !== null) return violation
  }
  if (position === 'intermediate' && isAuthority !== true)
    return {
      refusal: 'not-authority',
      message: 'x509: certificate is not authorized to sign other certificates',
    }
  if (isAuthority !== null && maxPathLength !== null && below.length - 1 > maxPathLength)
    return { refusal: 'path-length', message: 'x509: too many intermediates for path length constraint' }
  return null
}

function checkDates({ notBeforeS, notAfterS }: ParsedCertificate, { nowS, timeText }: VerifyOptions): Refused | null {
  const refusal = nowS < notBeforeS ? 'not-yet-valid' : nowS > notAfterS ? 'expired' : null
  if (refusal === null) return null
  const [word, limitS] = refusal === 'expired' ? ['after', notAfterS] : ['before', notBeforeS]
  const detail = timeText === undefined ? '' : `: current time ${timeText(nowS)} is ${word} ${timeText(limitS)}`
  return { refusal, message: `x509: certificate has expired or is not yet valid${detail}` }
}

interface Found {
  readonly chains: readonly (readonly ParsedCertificate[])[]
  /** Null if there is a chain. */
  readonly refused: Refused | null
}

/** The most checks of signatures for one leaf (maxChainSignatureChecks). */
const MOST_CHECKS = 100

/** Searches chains (buildChains). */
class ChainBuilder {
  private readonly options: VerifyOptions
  private checks = 0

  constructor(options: VerifyOptions) {
    this.options = options
  }

  /**
   * Returns all continuations of the chain after its last certificate, over parents with its issuer's name, roots
   * first. If there are none, the error is that of the last parent tried.
   */
  chainsFrom(chain: readonly ParsedCertificate[]): Found {
    const child = chain[chain.length - 1]
    let chains: readonly (readonly ParsedCertificate[])[] = []
    let refused: Refused | null = null
    let hint: string | null = null
    for (const [parent, position] of this.parentsOf(child)) {
      if (parent.key === null || isInChain(parent, chain)) continue
      this.checks++
      if (this.checks > MOST_CHECKS) {
        refused = TOO_MANY_CHECKS
        continue
      }
      const flaw = signatureFlaw(child, parent)
      if (flaw !== null) {
        hint ??= ` (possibly because of ${quoted(flaw)} while trying to verify candidate authority certificate ${quoted(parent.title)})`
        continue
      }
      refused = checkCertificate(parent, position, chain, this.options)
      if (refused !== null) continue
      if (position === 'root') chains = [...chains, [...chain, parent]]
      else {
        const above = this.chainsFrom([...chain, parent])
        refused = above.refused
        chains = [...chains, ...above.chains]
      }
    }
    if (chains.length > 0) return { chains, refused: null }
    const message = `x509: certificate signed by unknown authority${hint ?? ''}`
    return { chains, refused: refused ?? { refusal: 'unknown-authority', message } }
  }

  private parentsOf(child: ParsedCertificate): readonly (readonly [ParsedCertificate, Position])[] {
    const { roots, intermediates } = this.options
    return [
      ...rankedParents(child, roots).map((parent) => [parent, 'root'] as const),
      ...rankedParents(child, intermediates).map((parent) => [parent, 'intermediate'] as const),
    ]
  }
}

const TOO_MANY_CHECKS: Refused = {
  refusal: 'too-many-checks',
  message: 'x509: signature check attempts limit reached while verifying certificate chain',
}

/** Returns the certificates with the name of the issuer; equal key identifiers first, unequal ones last. */
function rankedParents(child: ParsedCertificate, pool: readonly ParsedCertificate[]): readonly ParsedCertificate[] {
  const parents = pool.filter(
    ({ subject, id }, at) => subject === child.issuer && pool.findIndex((other) => other.id === id) === at,
  )
  const ranked = (rank: number) => parents.filter((parent) => rankOf(child, parent) === rank)
  return [...ranked(0), ...ranked(1), ...ranked(2)]
}

function rankOf({ authorityKeyId }: ParsedCertificate, { subjectKeyId }: ParsedCertificate): number {
  if (authorityKeyId === subjectKeyId) return 0
  return authorityKeyId === '' || subjectKeyId === '' ? 1 : 2
}

/** Returns whether a chain has a certificate with the same subject, key and alternative names (alreadyInChain). */
function isInChain({ subject, key, names }: ParsedCertificate, chain: readonly ParsedCertificate[]): boolean {
  for (const other of chain) {
    if (other.subject !== subject || other.key !== key) continue
    if (names === null || other.names === null) return names === other.names
    if (JSON.stringify(names) === JSON.stringify(other.names)) return true
  }
  return false
}

/** Returns Go's error if `parent` did not sign `child`, or may not sign; null if it did (CheckSignatureFrom). */
function signatureFlaw(child: ParsedCertificate, parent: ParsedCertificate): string | null {
  const isNoCa = parent.isAuthority === null ? parent.isVersion3 : !parent.isAuthority
  if (isNoCa || !parent.maySign)
    return 'x509: invalid signature: parent certificate cannot sign this kind of certificate'
  if (child.algorithmFlaw !== null) return child.algorithmFlaw
  return isSignedBy(child, parent) ? null : 'crypto: verification error'
}

/** Compares keys. If the signature was not checked, different key identifiers count as different keys. */
function isSignedBy(
  { signedBy, authorityKeyId }: ParsedCertificate,
  { key, subjectKeyId }: ParsedCertificate,
): boolean {
  if (signedBy !== null) return signedBy === key
  return authorityKeyId === subjectKeyId || authorityKeyId === '' || subjectKeyId === ''
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

/** Returns whether a chain is good for one of the usages, from its root down (checkChainForKeyUsage). */
function isUsable(chain: readonly ParsedCertificate[], wanted: readonly string[]): boolean {
  if (wanted.includes('any')) return true
  return (
    chain
      .toReversed()
      .filter(({ usages }) => usages.length > 0 && !usages.includes('any'))
      .reduce((left, { usages }) => left.filter((usage) => usages.includes(usage)), wanted).length > 0
  )
}
