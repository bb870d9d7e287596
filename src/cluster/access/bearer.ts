import {
  BOOTSTRAP_TOKEN_BYTES,
  type BootstrapToken,
  hasBootstrapTokenExpired,
  type Token,
  type TokenRefusal,
  tokenSizeBytes,
  verifyToken,
} from '../../security/bearer-token.ts'
import { bootstrapIdentity, type Identity, LOOPBACK, serviceAccountIdentity } from './identity.ts'

/** The token of an `Authorization: Bearer` header. */
export type Bearer =
  | { readonly kind: 'service-account'; readonly token: Token }
  | { readonly kind: 'bootstrap'; readonly token: BootstrapToken }
  /** The API server's own token. */
  | { readonly kind: 'loopback' }
  /** A text that is no token of the cluster. */
  | { readonly kind: 'unknown' }

/** The API server's own token is a UUID (pkg/server/config.go). */
const LOOPBACK_BYTES = 36

/** An unknown token is as long as a typical service account token. */
const UNKNOWN_BYTES = 900

/** The length of a token, as a header or a review carries it. */
export function bearerBytes(bearer: Bearer): number {
  switch (bearer.kind) {
    case 'service-account':
      return tokenSizeBytes(bearer.token)
    case 'bootstrap':
      return BOOTSTRAP_TOKEN_BYTES
    case 'loopback':
      return LOOPBACK_BYTES
    case 'unknown':
      return UNKNOWN_BYTES
  }
}

/** The audiences of the API server; tokens of a scenario name it `api`. */
export const API_AUDIENCES = ['api', 'https://kubernetes.default.svc.cluster.local']

export interface TokenFacts {
  /** The audiences that stand for the API server (`--api-audiences`). */
  readonly apiAudiences: readonly string[]
  /** The current time in whole seconds since tick 0. */
  readonly nowS: number
  /** Returns whether the pod that the token is bound to has been deleted. */
  readonly isPodGone: boolean
}

export type TokenVerdict =
  | { readonly ok: true; readonly identity: Identity; readonly audiences: readonly string[] }
  /** `error` is the message of Kubernetes; null: no authenticator knows the token. */
  | { readonly ok: false; readonly error: string | null }

/**
 * The API server's token authenticators, one for each kind of token (pkg/kubeapiserver/authenticator/config.go).
 *
 * @param audiences the audiences of which the token must have one; null: those of the API server
 */
export function authenticateToken(
  bearer: Bearer,
  audiences: readonly string[] | null,
  facts: TokenFacts,
): TokenVerdict {
  switch (bearer.kind) {
    case 'service-account':
      return authenticateServiceAccount(bearer.token, audiences ?? facts.apiAudiences, facts)
    case 'bootstrap':
      if (hasBootstrapTokenExpired(bearer.token, facts.nowS)) return { ok: false, error: null }
      return acceptForApiserver(bootstrapIdentity(bearer.token), audiences, facts)
    case 'loopback':
      return acceptForApiserver(LOOPBACK, audiences, facts)
    case 'unknown':
      return { ok: false, error: null }
  }
}

/**
 * Verifies a service account token (pkg/serviceaccount: jwt.go for the audience, claims.go for the rest and the
 * messages).
 */
function authenticateServiceAccount(
  token: Token,
  wanted: readonly string[],
  { nowS, isPodGone }: TokenFacts,
): TokenVerdict {
  const refusal = verifyToken(
    token,
    wanted.includes(token.audience) ? token.audience : (wanted[0] ?? ''),
    nowS,
    isPodGone,
  )
  if (refusal !== null) return { ok: false, error: messageOf(refusal, token, wanted) }
  return { ok: true, identity: serviceAccountIdentity(token), audiences: [token.audience] }
}

function messageOf(refusal: TokenRefusal, { audience }: Token, wanted: readonly string[]): string {
  switch (refusal) {
    case 'wrong-audience':
      return `token audiences ["${audience}"] is invalid for the target audiences [${wanted.map((each) => `"${each}"`).join(' ')}]`
    case 'token-expired':
      return 'service account token has expired'
    case 'token-invalidated':
      return 'service account token has been invalidated'
  }
}

/**
 * Accepts a token without audiences, which is valid for the API server only
 * (pkg/authentication/authenticator/audagnostic.go).
 */
function acceptForApiserver(
  identity: Identity,
  wanted: readonly string[] | null,
  { apiAudiences }: TokenFacts,
): TokenVerdict {
  const audiences = wanted === null ? apiAudiences : apiAudiences.filter((each) => wanted.includes(each))
  return audiences.length === 0 ? { ok: false, error: null } : { ok: true, identity, audiences }
}
