import type { ParsedCertificate } from '../security/x509/parsed-certificate.ts'
import type { Place } from './origin.ts'

/** The part of a real certificate that concerns the paths. */
export interface ImportCertificate {
  readonly at: Place
  /** The certificate as verifiers use it, with dates in seconds since 1970. */
  readonly parsed: ParsedCertificate
  /** Distinguished names, such as `CN=kubernetes`. */
  readonly subject: string
  readonly issuer: string
  /** The common name of the issuer; empty if it has none. */
  readonly issuerCn: string
  /** DNS names and addresses, as text. */
  readonly sans: readonly string[]
}
