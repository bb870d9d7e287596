/**
 * A certificate as a Go verifier has it after parsing (crypto/x509, type Certificate). Cryptography is symbolic: texts
 * are compared in place of the bytes of names, keys and identifiers.
 */
export interface ParsedCertificate {
  /** Equal for certificates with equal bytes, and for no others. */
  readonly id: string
  /** The bytes of the distinguished names. */
  readonly subject: string
  readonly issuer: string
  /** The common name; empty if there is none. */
  readonly cn: string
  /** The name in messages: the common name, otherwise an organization, otherwise the serial number. */
  readonly title: string
  /** The public key; null if Go does not know its algorithm. */
  readonly key: string | null
  /**
   * The public key of the signer; null if the signature was not checked, so that key identifiers are compared instead.
   */
  readonly signedBy: string | null
  /** Go's error about the algorithm of the signature, such as SHA-1; null if it can be checked. */
  readonly algorithmFlaw: string | null
  /** Empty where the extension is missing. */
  readonly subjectKeyId: string
  readonly authorityKeyId: string
  /** The subject alternative names; null where the extension is missing. */
  readonly names: readonly AlternativeName[] | null
  /** Extended key usages: `server`, `client`, `any`, other names of Go's, or object identifiers. Empty: good for all. */
  readonly usages: readonly string[]
  /** The CA flag of the basic constraints; null where the extension is missing. */
  readonly isAuthority: boolean | null
  /** True if the version is 3. Then only basic constraints make it a CA. */
  readonly isVersion3: boolean
  /** True if the key usage is absent, or includes signing certificates. */
  readonly maySign: boolean
  /** The most intermediate CAs between it and a leaf; null for any number. */
  readonly maxPathLength: number | null
  /** The name constraints; null where the extension is missing. */
  readonly constraints: NameConstraints | null
  readonly hasUnhandledCriticalExtension: boolean
  /** The validity in whole seconds from one origin for all certificates, both ends inclusive. */
  readonly notBeforeS: number
  readonly notAfterS: number
}

/** A subject alternative name. The value of an address is its 4 or 16 bytes in hexadecimal. */
export interface AlternativeName {
  readonly kind: 'dns' | 'ip' | 'email' | 'uri' | 'other'
  readonly value: string
}

export interface NameConstraints {
  readonly permitted: ConstraintLists
  readonly excluded: ConstraintLists
}

export interface ConstraintLists {
  readonly dns: readonly string[]
  readonly ip: readonly AddressRange[]
  readonly email: readonly string[]
  readonly uri: readonly string[]
}

/** A range of addresses: 4 or 16 bytes in hexadecimal, twice. */
export interface AddressRange {
  readonly address: string
  readonly mask: string
}

/** The reason for which Go refuses a chain, and the words of its error. */
export interface Refused {
  readonly refusal: Refusal
  readonly message: string
}

export type Refusal =
  | 'not-yet-valid'
  | 'expired'
  | 'name-mismatch'
  | 'unknown-authority'
  | 'wrong-usage'
  /** A critical extension that Go does not know. */
  | 'critical-extension'
  /** A CA above may not sign for one of the names, or the name cannot be compared. */
  | 'name-constraint'
  /** More than 250,000 comparisons of names. */
  | 'too-many-constraints'
  | 'path-length'
  /** An intermediate of version 1 or 2, which is no CA. */
  | 'not-authority'
  /** More than 100 checks of signatures. */
  | 'too-many-checks'
  /** A name that name constraints cannot be compared with. */
  | 'malformed-name'
