import { utf8Bytes } from './der.ts'

/** A service account's token. Whoever holds it is the account, wherever it is accepted. */
export interface Token {
  readonly name: string
  /** "namespace/account". */
  readonly account: string
  /** The one that it is good for; of a legacy token, the apiserver's. */
  readonly audience: string
  /** Whole seconds from tick 0; null: never, which makes it a legacy token (kept in a secret). */
  readonly expiresS: number | null
  /** The pod that it was made for, by name in the account's namespace, and dies with; null: bound to none. */
  readonly boundPod: string | null
}

/** What a node has before it has an identity: good for asking for one (TLS bootstrapping). */
export interface BootstrapToken {
  readonly name: string
  /** The public half, of six characters. */
  readonly id: string
  /** Groups besides `system:bootstrappers`, which begin with `system:bootstrappers:`. */
  readonly extraGroups: readonly string[]
  /** A credential of this user, who is in no group, and not a token of a Secret. */
  readonly user?: string
  /** Whole seconds from tick 0; null: never. */
  readonly expiresS: number | null
}

export type TokenRefusal = 'wrong-audience' | 'token-expired' | 'token-invalidated'

/**
 * Judges a token that the signing key vouches for: null where it is accepted. The audience first, then the expiry,
 * with go-jose's leeway of a minute, then whether the pod is there that it is bound to (Kubernetes
 * pkg/serviceaccount: jwt.go, claims.go). A legacy token carries no audience and counts as the apiserver's own:
 * `audience` says so.
 *
 * @param isPodGone the pod that the token is bound to is no object of the cluster any more
 */
export function verifyToken(token: Token, audience: string, nowS: number, isPodGone = false): TokenRefusal | null {
  if (token.audience !== audience) return 'wrong-audience'
  if (token.expiresS !== null && nowS > token.expiresS + LEEWAY_S) return 'token-expired'
  return token.boundPod !== null && isPodGone ? 'token-invalidated' : null
}

/** No leeway here, and its last second does not count (cluster-bootstrap: util/secrets, HasExpired). */
export function hasBootstrapTokenExpired({ expiresS }: BootstrapToken, nowS: number): boolean {
  return expiresS !== null && nowS >= expiresS
}

/** Six characters, a dot, and sixteen that are secret (cluster-bootstrap: token/api, BootstrapTokenPattern). */
export const BOOTSTRAP_TOKEN_BYTES = 6 + 1 + 16

/** jwt.DefaultLeeway: clocks may differ. */
const LEEWAY_S = 60

/** The size of the JWT (RFC 7519) as an `Authorization: Bearer` header carries it: three base64url parts, two dots. */
export function tokenSizeBytes(token: Token): number {
  const payload = token.expiresS === null ? legacyClaims(token) : boundClaims(token)
  return base64UrlBytes(jsonBytes(HEADER)) + 1 + base64UrlBytes(jsonBytes(payload)) + 1 + base64UrlBytes(RS256_BYTES)
}

/** RFC 4648 5, without padding. */
function base64UrlBytes(bytes: number): number {
  return Math.ceil((bytes * 4) / 3)
}

function jsonBytes(value: object): number {
  return utf8Bytes(JSON.stringify(value))
}

/** RSASSA-PKCS1-v1_5 with the 2048-bit key that kubeadm makes for the controller manager. */
const RS256_BYTES = 256

const UUID = '00000000-0000-0000-0000-000000000000'

/** The key id is the SHA-256 of the public key in base64url (Kubernetes pkg/serviceaccount/jwt.go). */
const HEADER = { alg: 'RS256', kid: '0'.repeat(43) }

/** Seconds of the epoch have ten digits from 2001 to 2286. */
const EPOCH_SECONDS = 1_700_000_000

const ISSUER = 'https://kubernetes.default.svc.cluster.local'

function splitAccount({ account }: Token): { namespace: string; serviceAccount: string } {
  const slash = account.indexOf('/')
  return { namespace: account.slice(0, slash), serviceAccount: account.slice(slash + 1) }
}

/** Claims of a projected token bound to a pod (Kubernetes pkg/serviceaccount/claims.go; node and jti since 1.30). */
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

/** Claims of a token in a secret (Kubernetes pkg/serviceaccount/legacy.go). */
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

/** The random suffixes that a ReplicaSet gives its pods, and a token controller its secrets. */
const POD_SUFFIX = '-5d4f8c7b9d-x2x4z'
const SECRET_SUFFIX = '-x2x4z'

/** A GKE node's name: the node's is no part of a scenario's token. */
const TYPICAL_NODE = 'gke-cluster-1-default-pool-0a1b2c3d-abcd'
