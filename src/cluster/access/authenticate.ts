import type { Certificate } from '../../security/certificate.ts'
import { verifyCertificate } from '../../security/verify-certificate.ts'
import { authenticateToken, type Bearer, type TokenFacts } from './bearer.ts'
import { ANONYMOUS, certificateIdentity, type Identity, withAuthenticatedGroup } from './identity.ts'

/** The credentials of a request: a certificate from the TLS handshake, a token from a header. */
export interface Credentials {
  readonly certificate: Certificate | null
  readonly bearer: Bearer | null
}

export type Authentication =
  | { readonly kind: 'identity'; readonly identity: Identity; readonly isByToken?: true }
  /** Status 401. The server logs `why`; the client only receives `Unauthorized`. */
  | { readonly kind: 'unauthorized'; readonly why: string }

export type CertificateVerdict =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** There is no certificate, no authenticator for it, or no user name in it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly why: string }

/**
 * The x509 authenticator. TLS accepts a client certificate of any issuer (RequestClientCert); this function verifies
 * its chain, validity and client usage (pkg/authentication/request/x509/x509.go, DefaultVerifyOptions).
 *
 * @param clientCa null: client certificates are not used for authentication
 */
export function authenticateCertificate(
  certificate: Certificate | null,
  clientCa: Certificate | null,
  nowS: number,
): CertificateVerdict {
  if (certificate === null || clientCa === null) return { kind: 'nothing' }
  const refusal = verifyCertificate(certificate, {
    kind: 'ca',
    ca: clientCa,
    expectedName: null,
    usage: 'client',
    nowS,
  })
  if (refusal !== null) return { kind: 'error', why: `verifying certificate failed: ${refusal}` }
  const identity = certificateIdentity(certificate)
  return identity === null ? { kind: 'nothing' } : { kind: 'identity', identity }
}

/**
 * The message about a token that no authenticator recognizes (pkg/authentication/request/bearertoken/bearertoken.go).
 */
export const INVALID_TOKEN = 'invalid bearer token'

export interface AuthenticationFacts extends TokenFacts {
  readonly clientCa: Certificate | null
  /** The flag `--anonymous-auth`. */
  readonly anonymousAuth: boolean
  /**
   * The time at which a token is verified, if it differs from `nowS`: a cached token counts as of its authentication.
   */
  readonly tokenNowS?: number
}

/**
 * Authenticates a request to the secure port: by certificate, then by token, then as anonymous
 * (pkg/kubeapiserver/authenticator/config.go; pkg/authentication/request/union/union.go). The first authenticator that
 * recognizes the client decides, so a bad credential does not matter beside a good one. A client with only bad
 * credentials is refused, even if anonymous requests are allowed.
 */
export function authenticate({ certificate, bearer }: Credentials, facts: AuthenticationFacts): Authentication {
  const byCertificate = authenticateCertificate(certificate, facts.clientCa, facts.nowS)
  if (byCertificate.kind === 'identity') return accept(byCertificate.identity)
  const errors = byCertificate.kind === 'error' ? [byCertificate.why] : []
  if (bearer !== null) {
    const verdict = authenticateToken(bearer, null, { ...facts, nowS: facts.tokenNowS ?? facts.nowS })
    if (verdict.ok) return { ...accept(verdict.identity), isByToken: true }
    errors.push(verdict.error ?? INVALID_TOKEN)
  }
  return authenticateAnonymous(errors, facts.anonymousAuth)
}

export function accept(identity: Identity): Extract<Authentication, { readonly kind: 'identity' }> {
  return { kind: 'identity', identity: withAuthenticatedGroup(identity) }
}

/**
 * Authenticates a request without good credentials.
 *
 * @param errors one for each credential that was rejected
 */
export function authenticateAnonymous(errors: readonly string[], anonymousAuth: boolean): Authentication {
  if (errors.length > 0) return { kind: 'unauthorized', why: joinErrors(errors) }
  return anonymousAuth ? { kind: 'identity', identity: ANONYMOUS } : { kind: 'unauthorized', why: 'no credentials' }
}

/** Formats errors as apimachinery's errors.Aggregate does. */
function joinErrors(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
}
