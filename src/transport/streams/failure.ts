/** Reasons why a stream failed, as the end that noticed it reports them. */
export const FAILURE_REASONS = [
  'connection refused',
  'connection reset',
  'timed out',
  // The dialling host has no port left for this destination (EADDRNOTAVAIL).
  'cannot assign requested address',
  'host restarted',
  'unexpected end',
  'certificate refused',
  // The reasons for which a client refuses a server's certificate, in the words of Go's crypto/x509.
  'x509: certificate signed by unknown authority',
  'x509: certificate is not valid for this name',
  'x509: certificate has expired or is not yet valid',
  'x509: certificate specifies an incompatible key usage',
  'client certificate refused',
  'record broken',
  'host key refused',
  'login refused',
  'channel refused',
  'unauthorized',
  'forbidden',
  'too many requests',
  'server error',
  'no tunnel',
  'no agent',
  'no certificate to show',
  // The other end's alert that it has no certificate, in the words of Go.
  'remote error: tls: internal error',
  // The other end's alert about a message that it could not read, in the words of Go's log.
  'remote error: bad record MAC',
  'remote error: unexpected message',
  'malformed message',
  // The end itself closed the connection with requests on it, in the words of Go.
  'use of closed network connection',
  // Further reasons for which a client refuses a server's certificate.
  'x509: a root or intermediate certificate is not authorized to sign for this name',
  'x509: too many intermediates for path length constraint',
] as const

export type FailureReason = (typeof FAILURE_REASONS)[number]
