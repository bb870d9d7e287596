import {
  type BootstrapToken,
  hasBootstrapTokenExpired,
  type Token,
  type TokenRefusal,
  verifyToken,
} from '../../security/bearer-token.ts'
import { bootstrapIdentity, type Identity, LOOPBACK, serviceAccountIdentity } from './identity.ts'

/** What an `Authorization: Bearer` header holds. */
export type Bearer =
  | { readonly kind: 'service-account'; readonly token: Token }
  | { readonly kind: 'bootstrap'; readonly token: BootstrapToken }
  /** The apiserver's own. */
  | { readonly kind: 'loopback' }
  /** A text that no key of the cluster has signed and nobody has handed out. */
  | { readonly kind: 'unknown' }

export interface TokenFacts {
  /** The audiences that mean the apiserver (`--api-audiences`). */
  readonly apiAudiences: readonly string[]
  /** Whole seconds from tick 0. */
  readonly nowS: number
  /** Whether the pod that a token is bound to is no object any more. */
  readonly isPodGone: boolean
}

export type TokenVerdict =
  | { readonly ok: true; readonly identity: Identity; readonly audiences: readonly string[] }
  /** `error` as Kubernetes words it; null: no authenticator knows the token, and none has anything to say of it. */
  | { readonly ok: false; readonly error: string | null }

/**
 * The apiserver's token authenticators, each for its own kind (kubeapiserver/authenticator/config.go).
 *
 * @param audiences those that will do; null: those of the apiserver
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

/** pkg/serviceaccount: jwt.go for the audience, claims.go for the rest and its words. */
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

/** Tokens that know no audience are for the apiserver alone (authenticator/audagnostic.go). */
function acceptForApiserver(
  identity: Identity,
  wanted: readonly string[] | null,
  { apiAudiences }: TokenFacts,
): TokenVerdict {
  const audiences = wanted === null ? apiAudiences : apiAudiences.filter((each) => wanted.includes(each))
  return audiences.length === 0 ? { ok: false, error: null } : { ok: true, identity, audiences }
}
