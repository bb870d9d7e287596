import { utf8Bytes } from './der.ts'

/** A token of a service account. A server that accepts it treats its bearer as the account. */
export interface Token {
  readonly name: string
  /** The account, as "namespace/account". */
  readonly account: string
  /** The audience that the token is valid for; of a legacy token, the apiserver's. */
  readonly audience: string
  /** Expiry in whole seconds from tick 0; null for a legacy token, which is kept in a Secret and never expires. */
  readonly expiresS: number | null
  /**
   * The name of the pod in the account's namespace that the token is bound to and is invalid without; null for none.
   */
  readonly boundPod: string | null
}

/** A bootstrap token, with which a node requests its client certificate (TLS bootstrapping). */
export interface BootstrapToken {
  readonly name: string
  /** The public part of the token, six characters. */
  readonly id: string
  /** Groups in addition to `system:bootstrappers`; each begins with `system:bootstrappers:`. */
  readonly extraGroups: readonly string[]
  /** If set, the credential is not a token of a Secret but authenticates this user, who is in no group. */
  readonly user?: string
  /** Expiry in whole seconds from tick 0; null if it never expires. */
  readonly expiresS: number | null
}

/** The reason why a token is refused. */
export type TokenRefusal = 'wrong-audience' | 'token-expired' | 'token-invalidated'

/**
 * Checks a token whose signature is valid: its audience, then its expiry with go-jose's leeway of one minute, then
 * whether the pod that it is bound to exists (Kubernetes pkg/serviceaccount/jwt.go and claims.go). Returns null when the
 * token is accepted. A legacy token has no audience claim and is valid for the apiserver.
 *
 * @param isPodGone whether the pod that the token is bound to no longer exists
 */
export function verifyToken(token: Token, audience: string, nowS: number, isPodGone = false): TokenRefusal | null {
  if (token.audience !== audience) return 'wrong-audience'
  if (hasTokenExpired(token, nowS)) return 'token-expired'
  return token.boundPod !== null && isPodGone ? 'token-invalidated' : null
}

/** Returns whether a token of a service account has expired, with go-jose's leeway of one minute. */
export function hasTokenExpired({ expiresS }: Pick<Token, 'expiresS'>, nowS: number): boolean {
  return expiresS !== null && nowS > expiresS + LEEWAY_S
}

/**
 * Returns whether a bootstrap token has expired, without leeway (cluster-bootstrap util/secrets/secrets.go,
 * HasExpired).
 */
export function hasBootstrapTokenExpired({ expiresS }: Pick<BootstrapToken, 'expiresS'>, nowS: number): boolean {
  return expiresS !== null && nowS >= expiresS
}

/**
 * The length of a bootstrap token: six characters, a dot, sixteen secret characters (cluster-bootstrap
 * token/api/types.go).
 */
export const BOOTSTRAP_TOKEN_BYTES = 6 + 1 + 16

/** The tolerance for clock differences (go-jose jwt, DefaultLeeway). */
const LEEWAY_S = 60

/** The length of the token's JWT (RFC 7519) in bytes: three parts in base64url, joined by dots. */
export function tokenSizeBytes(token: Token): number {
  const payload = token.expiresS === null ? legacyClaims(token) : boundClaims(token)
  return base64UrlBytes(jsonBytes(HEADER)) + 1 + base64UrlBytes(jsonBytes(payload)) + 1 + base64UrlBytes(RS256_BYTES)
}

/** The length in base64url without padding (RFC 4648 section 5). */
function base64UrlBytes(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

function jsonBytes(value: object): number {
  return utf8Bytes(JSON.stringify(value))
}

/** The length of an RSASSA-PKCS1-v1_5 signature with a 2048-bit key, as kubeadm creates for service accounts. */
const RS256_BYTES = 256

const UUID = '00000000-0000-0000-0000-000000000000'

/** The JWT header; the key id is the SHA-256 of the public key in base64url (Kubernetes pkg/serviceaccount/jwt.go). */
const HEADER = { alg: 'RS256', kid: '0'.repeat(43) }

/** A Unix time; those from 2001 to 2286 have ten digits. */
const EPOCH_SECONDS = 1_700_000_000

const ISSUER = 'https://kubernetes.default.svc.cluster.local'

function splitAccount({ account }: Token): { namespace: string; serviceAccount: string } {
  const slash = account.indexOf('/')
  return { namespace: account.slice(0, slash), serviceAccount: account.slice(slash + 1) }
}

/** The claims of a projected token (Kubernetes pkg/serviceaccount/claims.go; `node` and `jti` since 1.30). */
function boundClaims(token: Token): object {
  const { namespace, serviceAccount } = splitAccount(token)
  return {
    aud: [token.audience],
    exp: EPOCH_SECONDS,
    iat: EPOCH_SECONDS,
    iss: ISSUER,
    jti: UUID,
    'kubernetes.io': {
      namespace,
      node: { name: TYPICAL_NODE, uid: UUID },
      pod: { name: token.boundPod ?? `${serviceAccount}${POD_SUFFIX}`, uid: UUID },
      serviceaccount: { name: serviceAccount, uid: UUID },
      warnafter: EPOCH_SECONDS,
    },
    nbf: EPOCH_SECONDS,
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
  }
}

/** The claims of a token in a Secret (Kubernetes pkg/serviceaccount/legacy.go). */
function legacyClaims(token: Token): object {
  const { namespace, serviceAccount } = splitAccount(token)
  return {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': `${serviceAccount}-token${SECRET_SUFFIX}`,
    'kubernetes.io/serviceaccount/service-account.name': serviceAccount,
    'kubernetes.io/serviceaccount/service-account.uid': UUID,
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
  }
}

/** Examples of the random suffixes of a ReplicaSet's pods and of the token controller's Secrets. */
const POD_SUFFIX = '-5d4f8c7b9d-x2x4z'
const SECRET_SUFFIX = '-x2x4z'

/** A node name of GKE, for the length of the `node` claim: a scenario's token names no node. */
const TYPICAL_NODE = 'gke-cluster-1-default-pool-0a1b2c3d-abcd'
