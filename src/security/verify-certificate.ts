import { type Certificate, type CertificateUsage, keyNameOf } from './certificate.ts'
import { hasName as isAmong } from './x509/host-names.ts'
import { addressRangeOf, ipBytes } from './x509/ip-bytes.ts'
import type { AlternativeName, ConstraintLists, ParsedCertificate, Refusal } from './x509/parsed-certificate.ts'
import { verifyChain } from './x509/verify-chain.ts'

export type { Refusal } from './x509/parsed-certificate.ts'

/** The CA that a verifier trusts, and the name and usage that a certificate must have. */
export type VerificationRule =
  /** No verification (Go's InsecureSkipVerify): the peer only proves that it has the presented key. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'ca'
      readonly ca: Certificate
      /** The DNS name or IP address that the certificate must have; null for any, as of a client. */
      readonly expectedName: string | null
      readonly usage: CertificateUsage
      /** The present time in whole seconds from tick 0. */
      readonly nowS: number
    }

/**
 * Verifies a presented certificate. Returns null when the rule accepts it, and otherwise the error of Go's x509
 * Certificate.Verify. The handshake's signature proves possession of the key.
 */
export function verifyCertificate(presented: Certificate, rule: VerificationRule): Refusal | null {
  if (rule.kind === 'none') return null
  const { ca, expectedName, usage, nowS } = rule
  const trusted = [ca, ...(ca.bundle ?? [])]
  const sent = presented.chain ?? []
  const known = [...trusted, ...sent]
  const [roots, intermediates] = [trusted, sent].map((each) => each.map((one) => parsedOf(one, known)))
  const options = { roots, intermediates, expectedName, usages: [usage], nowS }
  return verifyChain(parsedOf(presented, known), options)?.refusal ?? null
}

/**
 * The additional check of an apiserver with `--enable-kubelet-cert-cn-validation`: an exact match of the CN (KEP-4872).
 */
export function checkCommonName({ cn }: Certificate, expectedCommonName: string | null): Refusal | null {
  return expectedCommonName === null || cn === expectedCommonName ? null : 'name-mismatch'
}

/** Returns whether the certificate has an address or DNS name among its SANs; the CN is ignored. */
export function hasName(certificate: Certificate, expectedName: string): boolean {
  return isAmong(alternativeNamesOf(certificate), expectedName)
}

/**
 * Returns the part of a certificate that verifiers use. Its name represents its bytes. `known`: the certificates among which is
 * one with its issuer's key, if the verifier has one.
 */
function parsedOf(certificate: Certificate, known: readonly Certificate[]): ParsedCertificate {
  const { name, issuer, cn, organizations, isAuthority, usages, notBeforeS, notAfterS } = certificate
  const key = keyNameOf(certificate)
  const signer = issuer === null ? certificate : known.find((other) => keyNameOf(other) === issuer)
  return {
    id: name,
    subject: subjectOf(certificate),
    issuer: signer === undefined ? '' : subjectOf(signer),
    cn,
    title: cn === '' ? (organizations[0] ?? name) : cn,
    key,
    signedBy: issuer ?? key,
    algorithmFlaw: null,
    subjectKeyId: isAuthority ? key : '',
    authorityKeyId: issuer ?? '',
    names: alternativeNamesOf(certificate),
    usages,
    isAuthority,
    isVersion3: true,
    maySign: true,
    maxPathLength: certificate.maximumPathLength ?? null,
    constraints: constraintsOf(certificate),
    hasUnhandledCriticalExtension: false,
    notBeforeS,
    notAfterS,
  }
}

function constraintsOf({ nameConstraints }: Certificate): ParsedCertificate['constraints'] {
  if (nameConstraints === undefined) return null
  return {
    permitted: constraintListsOf(nameConstraints.permitted),
    excluded: constraintListsOf(nameConstraints.excluded),
  }
}

function constraintListsOf(names: readonly string[]): ConstraintLists {
  const ranges = names.map(addressRangeOf)
  return {
    dns: names.filter((_, nth) => ranges[nth] === null),
    ip: ranges.filter((range) => range !== null),
    email: [],
    uri: [],
  }
}

function subjectOf({ cn, organizations }: Certificate): string {
  return JSON.stringify([cn, ...organizations])
}

/** Names by the lists that they were read from, which do not change. */
const NAMES = new WeakMap<readonly string[], readonly AlternativeName[]>()

function alternativeNamesOf({ sans }: Certificate): readonly AlternativeName[] {
  const known = NAMES.get(sans)
  if (known !== undefined) return known
  const names = sans.map((san) => alternativeNameOf(san))
  NAMES.set(sans, names)
  return names
}

function alternativeNameOf(san: string): AlternativeName {
  const address = ipBytes(san)
  return address === null ? { kind: 'dns', value: san } : { kind: 'ip', value: address }
}
