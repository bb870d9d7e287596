import type { FailureReason } from '../transport/streams/failure.ts'
import type { Refusal } from './x509/parsed-certificate.ts'

/** Returns the words of a client that refuses a server's certificate. Another CN than the expected one is another name. */
export function reasonOfRefusal(refusal: Refusal): FailureReason {
  return REASONS[refusal]
}

const REASONS: Readonly<Record<Refusal, FailureReason>> = {
  'unknown-authority': 'x509: certificate signed by unknown authority',
  'name-mismatch': 'x509: certificate is not valid for this name',
  expired: 'x509: certificate has expired or is not yet valid',
  'not-yet-valid': 'x509: certificate has expired or is not yet valid',
  'wrong-usage': 'x509: certificate specifies an incompatible key usage',
  'name-constraint': 'x509: a root or intermediate certificate is not authorized to sign for this name',
  'path-length': 'x509: too many intermediates for path length constraint',
  // Certificates of a scenario have nothing for which Go gives one of these.
  'critical-extension': 'certificate refused',
  'not-authority': 'certificate refused',
  'too-many-constraints': 'certificate refused',
  'too-many-checks': 'certificate refused',
  'malformed-name': 'certificate refused',
}
