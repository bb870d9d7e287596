import type { FailureReason } from '../transport/streams/failure.ts'
import type { Refusal } from './verify-certificate.ts'

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
}
