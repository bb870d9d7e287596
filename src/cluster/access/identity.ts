import type { BootstrapToken, Token } from '../../security/bearer-token.ts'
import type { Certificate } from '../../security/certificate.ts'

/** Who somebody is for authorizers: a name and groups (kubernetes/apiserver pkg/authentication/user/user.go). */
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
}

export const AUTHENTICATED = 'system:authenticated'
export const UNAUTHENTICATED = 'system:unauthenticated'
export const MASTERS = 'system:masters'
export const NODES = 'system:nodes'

export const ANONYMOUS: Identity = { user: 'system:anonymous', groups: [UNAUTHENTICATED] }

/** The apiserver itself, by a token that it draws at its start (pkg/server/config.go: AuthorizeClientBearerToken). */
export const LOOPBACK: Identity = { user: 'system:apiserver', groups: [MASTERS, AUTHENTICATED] }

/**
 * Whoever speaks to the insecure port. 1.6 asks nobody and has no user there at all (release-1.6 pkg/server/config.go:
 * its chain has neither authentication nor authorization); later versions call everybody so
 * (pkg/server/deprecated_insecure_serving.go). The outcome is the same: everything is allowed.
 */
export const INSECURE: Identity = { user: 'system:unsecured', groups: [MASTERS, AUTHENTICATED] }

/** The subject of an accepted client certificate: CN and O (CommonNameUserConversion); null: it has no CN. */
export function certificateIdentity({ cn, organizations }: Certificate): Identity | null {
  return cn === '' ? null : { user: cn, groups: [...organizations] }
}

/** pkg/authentication/serviceaccount/util.go. */
export function serviceAccountIdentity({ account }: Pick<Token, 'account'>): Identity {
  const [namespace, name] = account.split('/')
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

/** plugin/pkg/auth/authenticator/token/bootstrap/bootstrap.go. */
export function bootstrapIdentity({
  id,
  extraGroups,
  user,
}: Pick<BootstrapToken, 'id' | 'extraGroups' | 'user'>): Identity {
  if (user !== undefined) return { user, groups: [] }
  return { user: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...extraGroups] }
}

/** Whoever was authenticated is in this group too (group/authenticated_group_adder.go). */
export function withAuthenticatedGroup({ user, groups }: Identity): Identity {
  return groups.includes(AUTHENTICATED) ? { user, groups } : { user, groups: [...groups, AUTHENTICATED] }
}

const NODE_USER = 'system:node:'

/** A node by name, if that is who it is: in the group and so called (pkg/auth/nodeidentifier/default.go). */
export function nodeOf({ user, groups }: Identity): string | null {
  return user.startsWith(NODE_USER) && groups.includes(NODES) ? user.slice(NODE_USER.length) : null
}
