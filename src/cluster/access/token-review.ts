import { INVALID_TOKEN } from './authenticate.ts'
import { authenticateToken, type Bearer, type TokenFacts } from './bearer.ts'
import { type Identity, withAuthenticatedGroup } from './identity.ts'

/** The status of a TokenReview: what the apiserver says of a token that somebody else was shown. */
export interface TokenReview {
  readonly authenticated: boolean
  readonly identity: Identity | null
  readonly audiences: readonly string[]
  /** null: none. Whoever asked forgets an answer with an error, and asks again next time. */
  readonly error: string | null
}

/**
 * pkg/registry/authentication/tokenreview/storage.go: the token goes through the apiserver's own authenticators, as
 * if it had come in a header, and without anonymous, so that a bad one always has an error to it.
 *
 * @param audiences of the one who asks; null: it names none, as kubelets do, and the apiserver's count
 */
export function reviewToken(bearer: Bearer, audiences: readonly string[] | null, facts: TokenFacts): TokenReview {
  const verdict = authenticateToken(bearer, audiences, facts)
  if (!verdict.ok) {
    return { authenticated: false, identity: null, audiences: [], error: verdict.error ?? INVALID_TOKEN }
  }
  const identity = withAuthenticatedGroup(verdict.identity)
  return { authenticated: true, identity, audiences: verdict.audiences, error: null }
}
