import { MODELLED_PATH_KINDS, type PathKindName } from '../../cluster/paths/path-kinds.ts'

/**
 * A role of a path. Roles are words for things whose names an attack file does not know. Names contain no blanks and
 * roles do, so no text is both. The word `it` in a role stands for a path: in a step, the first path of the step;
 * elsewhere, the first path of the attacker's plan that leaves its host.
 */
export interface PathRole {
  /** True if the role stands for all such paths, as `every path` does. False if it stands for the first by name. */
  readonly isEvery: boolean
  /** The kind of path; null for any. */
  readonly kind: PathKindName | null
  readonly scheme: 'http' | 'https' | null
  readonly tunnel: 'none' | 'ssh' | 'konnectivity' | null
}

const PATHS: ReadonlyMap<string, PathKindName | null> = new Map<string, PathKindName | null>([
  ...MODELLED_PATH_KINDS.map(({ role, name }) => [role, name] as const),
  ['every path', null],
])

const SCHEMES = [
  [' over HTTPS', 'https'],
  [' over HTTP', 'http'],
] as const

const TUNNELS = [
  [' through an SSH tunnel', 'ssh'],
  [' through Konnectivity', 'konnectivity'],
  [' without a tunnel', 'none'],
] as const

export const PATH_ROLES: readonly string[] = [...PATHS.keys()]

/** The endings that a role of a path can have, in this order. */
export const PATH_ROLE_ENDINGS: readonly string[] = [...SCHEMES, ...TUNNELS].map(([ending]) => ending.trim())

/** The roles of places, each with its meaning. */
export const PLACES = {
  'the link that it crosses':
    'the link or segment with the longest delay on the route to the server, or to the end of the tunnel, of those that leave a host; the host itself for a path within a host',
  'the segment that it crosses': 'the segment with the longest delay on the whole route',
  'the far side of the tunnel':
    'the link or segment with the longest delay between the end of the tunnel and the server, of those that leave a host: not that between a node and its own pod',
  'a network of the server':
    'the link or segment with the longest delay at the server, of those that leave a host; for a pod, at its node',
  'the host that it comes from': 'the client',
  'the host that it leads to': 'the server',
  "the apiserver's host": 'the host of the apiserver, at an end of the path',
  'the node that it leads to': 'the node at an end of the path, or the node of the pod there',
  'another node': 'the first by name that is at no end of the path',
  'a node behind the tunnel': "a node where the tunnel ends: not the server's node when the choice is random",
  'a pod on that node': 'a pod with its own network on the node at an end of the path',
  'a pod on another node': 'a pod with its own network on another node',
  'a user': 'the first user by name',
} as const

/** The role of the credential that an attacker has without stealing it. It depends on the attacker, not on a path. */
export const OWN_CREDENTIAL = 'the credential of its position'

/** The roles of identities, each with its meaning. */
export const IDENTITIES = {
  'the token on that path': 'the token that the client sends',
  'its client certificate': 'the certificate that the client presents',
  'its server certificate': 'the certificate that the server presents',
  'its SSH host key': 'the host key of the sshd at which the tunnel of the path ends',
  "another node's client certificate":
    'the certificate with which the kubelet of another node authenticates to the apiserver',
  "another node's server certificate": 'the certificate that the kubelet of another node presents as a server',
  'a token of a pod on that node': 'the token that is mounted into a pod on the node at an end of the path',
  "a user's client certificate": 'the client certificate of the first user by name',
  'the bootstrap token': 'the token with which nodes join the cluster',
  [OWN_CREDENTIAL]:
    "the client certificate of the attacker's user, the token of its pod, or the certificate of its node's kubelet",
  'a powerless token': 'a valid token of an account without any rights',
  'a garbage token': 'a token that no authority signed',
} as const

export const PLACE_ROLES = Object.keys(PLACES) as readonly PlaceRole[]
export const IDENTITY_ROLES = Object.keys(IDENTITIES) as readonly IdentityRole[]

export type PlaceRole = keyof typeof PLACES
export type IdentityRole = keyof typeof IDENTITIES

export const isRole = (text: string): boolean => text.includes(' ')

/** Reads a role of a path. Returns null for other texts. */
export function parsePathRole(text: string): PathRole | null {
  const { rest, value: tunnel } = withoutEnding(text, TUNNELS)
  const { rest: base, value: scheme } = withoutEnding(rest, SCHEMES)
  const kind = PATHS.get(base)
  return kind === undefined ? null : { isEvery: kind === null, kind, scheme, tunnel }
}

function withoutEnding<Value extends string>(
  text: string,
  endings: readonly (readonly [string, Value])[],
): { readonly rest: string; readonly value: Value | null } {
  const found = endings.find(([ending]) => text.endsWith(ending))
  return found === undefined ? { rest: text, value: null } : { rest: text.slice(0, -found[0].length), value: found[1] }
}
