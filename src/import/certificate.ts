import type { ParsedCertificate } from '../security/x509/parsed-certificate.ts'
import type { Place } from './origin.ts'

/** A certificate of a real cluster, as far as it concerns the paths. */
export interface ImportCertificate {
  readonly at: Place
  /** The certificate as a verifier holds it; dates are in seconds since 1970. */
  readonly parsed: ParsedCertificate
  /** Distinguished names, such as `CN=kubernetes`. */
  readonly subject: string
  readonly issuer: string
  /** The common name of the issuer, empty where there is none. */
  readonly issuerCn: string
  /** DNS names and addresses, as text. */
  readonly sans: readonly string[]
}
