import type { BootstrapToken, Token } from '../../security/bearer-token.ts'
import type { Certificate } from '../../security/certificate.ts'

/** A user as authorizers see it: a name and groups (kubernetes/apiserver pkg/authentication/user/user.go). */
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
}

export const AUTHENTICATED = 'system:authenticated'
export const UNAUTHENTICATED = 'system:unauthenticated'
export const MASTERS = 'system:masters'
export const NODES = 'system:nodes'

export const ANONYMOUS: Identity = { user: 'system:anonymous', groups: [UNAUTHENTICATED] }

/**
 * The identity with which the API server sends requests to itself. It authenticates by a token that it generates at
 * startup (pkg/server/config.go, AuthorizeClientBearerToken).
 */
export const LOOPBACK: Identity = { user: 'system:apiserver', groups: [MASTERS, AUTHENTICATED] }

/**
 * The identity of every client of the insecure port (pkg/server/deprecated_insecure_serving.go). In 1.6 requests to
 * that port have no identity at all (release-1.6 pkg/server/config.go: its handler chain has neither authentication nor
 * authorization). Either way everything is allowed.
 */
export const INSECURE: Identity = { user: 'system:unsecured', groups: [MASTERS, AUTHENTICATED] }

/**
 * The identity of an accepted client certificate: its CN and O (CommonNameUserConversion). Returns null when the
 * certificate has no CN.
 */
export function certificateIdentity({ cn, organizations }: Pick<Certificate, 'cn' | 'organizations'>): Identity | null {
  return cn === '' ? null : { user: cn, groups: [...organizations] }
}

/** The identity of a service account (pkg/authentication/serviceaccount/util.go). */
export function serviceAccountIdentity({ account }: Pick<Token, 'account'>): Identity {
  const [namespace, name] = account.split('/')
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

/** The identity of a bootstrap token (plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go). */
export function bootstrapIdentity({
  id,
  extraGroups,
  user,
}: Pick<BootstrapToken, 'id' | 'extraGroups' | 'user'>): Identity {
  if (user !== undefined) return { user, groups: [] }
  return { user: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...extraGroups] }
}

/** Adds the group of all authenticated users (pkg/authentication/group/authenticated_group_adder.go). */
export function withAuthenticatedGroup({ user, groups }: Identity): Identity {
  return groups.includes(AUTHENTICATED) ? { user, groups } : { user, groups: [...groups, AUTHENTICATED] }
}

const NODE_USER = 'system:node:'

/**
 * Returns the name of a node when the identity is that of a node, by its group and its user name, and null otherwise
 * (pkg/auth/nodeidentifier/default.go).
 */
export function nodeOf({ user, groups }: Identity): string | null {
  return user.startsWith(NODE_USER) && groups.includes(NODES) ? user.slice(NODE_USER.length) : null
}
