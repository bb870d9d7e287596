import type { Certificate } from '../../security/certificate.ts'
import { verifyCertificate } from '../../security/verify-certificate.ts'
import { authenticateToken, type Bearer, type TokenFacts } from './bearer.ts'
import { ANONYMOUS, certificateIdentity, type Identity, withAuthenticatedGroup } from './identity.ts'

/** What came with a request: a certificate in the TLS handshake, a token in a header. */
export interface Credentials {
  readonly certificate: Certificate | null
  readonly bearer: Bearer | null
}

export type Authentication =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** Status 401. `why` goes to the server's log; the client only learns `Unauthorized`. */
  | { readonly kind: 'unauthorized'; readonly why: string }

export type CertificateVerdict =
  | { readonly kind: 'identity'; readonly identity: Identity }
  /** None was shown, none would prove anything here, or it names nobody. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly why: string }

/**
 * The x509 authenticator. TLS let the certificate pass whoever signed it (RequestClientCert); only here is it judged,
 * for chain, validity and client usage (pkg/authentication/request/x509/x509.go, DefaultVerifyOptions).
 *
 * @param clientCa null: there is no such authenticator
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

/** What bearertoken.go says of a token that nobody knows. */
export const INVALID_TOKEN = 'invalid bearer token'

export interface AuthenticationFacts extends TokenFacts {
  readonly clientCa: Certificate | null
  /** `--anonymous-auth`. */
  readonly anonymousAuth: boolean
}

/**
 * The secure port's authenticators, in their order: certificate, token, and nobody (kubeapiserver/authenticator/
 * config.go; union.go). The first that knows the caller wins, so that a good token makes up for a bad certificate
 * and a good certificate for a bad token. Anonymous comes last and fails on error: whoever showed something bad and
 * nothing good is refused, even where nobody would have been let in.
 */
export function authenticate({ certificate, bearer }: Credentials, facts: AuthenticationFacts): Authentication {
  const byCertificate = authenticateCertificate(certificate, facts.clientCa, facts.nowS)
  if (byCertificate.kind === 'identity') return accept(byCertificate.identity)
  const errors = byCertificate.kind === 'error' ? [byCertificate.why] : []
  if (bearer !== null) {
    const verdict = authenticateToken(bearer, null, facts)
    if (verdict.ok) return accept(verdict.identity)
    errors.push(verdict.error ?? INVALID_TOKEN)
  }
  return orAnonymous(errors, facts.anonymousAuth)
}

export function accept(identity: Identity): Authentication {
  return { kind: 'identity', identity: withAuthenticatedGroup(identity) }
}

/** @param errors of credentials that were shown, and are no good */
export function orAnonymous(errors: readonly string[], anonymousAuth: boolean): Authentication {
  if (errors.length > 0) return { kind: 'unauthorized', why: joined(errors) }
  return anonymousAuth ? { kind: 'identity', identity: ANONYMOUS } : { kind: 'unauthorized', why: 'no credentials' }
}

/** As apimachinery's errors.Aggregate puts them. */
function joined(errors: readonly string[]): string {
  return errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`
}
