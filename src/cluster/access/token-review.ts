import { INVALID_TOKEN } from './authenticate.ts'
import { authenticateToken, type Bearer, type TokenFacts } from './bearer.ts'
import { type Identity, withAuthenticatedGroup } from './identity.ts'

/** The status of a TokenReview: the identity of a token that another server received. */
export interface TokenReview {
  readonly authenticated: boolean
  readonly identity: Identity | null
  readonly audiences: readonly string[]
  /** The error in the response; null for none. A client does not cache a response with an error. */
  readonly error: string | null
}

/**
 * Reviews a token with the API server's own authenticators, as if it were the credential of a request, but without
 * anonymous authentication. A bad token always gets an error (pkg/registry/authentication/tokenreview/storage.go).
 *
 * @param audiences the audiences of the server that received the token; null if it names none, as kubelets do, so that
 * the API server's audiences count
 */
export function reviewToken(bearer: Bearer, audiences: readonly string[] | null, facts: TokenFacts): TokenReview {
  const verdict = authenticateToken(bearer, audiences, facts)
  if (!verdict.ok) {
    return { authenticated: false, identity: null, audiences: [], error: verdict.error ?? INVALID_TOKEN }
  }
  const identity = withAuthenticatedGroup(verdict.identity)
  return { authenticated: true, identity, audiences: verdict.audiences, error: null }
}
