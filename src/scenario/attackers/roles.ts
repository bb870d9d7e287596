import { MODELLED_PATH_KINDS, type PathKindName } from '../../cluster/paths/path-kinds.ts'

/**
 * Roles: words for what an attack file cannot know the name of. A name has no blanks and a role has some, so that a
 * text is one or the other. `it` is the first path of the attacker's plan that leaves its host; in a step, the step's own.
 */
export interface PathRole {
  /** `every path`, else the first by name. */
  readonly isEvery: boolean
  /** null: any. */
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

/** What may follow the role of a path, in this order. */
export const PATH_ROLE_ENDINGS: readonly string[] = [...SCHEMES, ...TUNNELS].map(([ending]) => ending.trim())

/** Each with what it stands for. */
export const PLACES = {
  'the link that it crosses':
    'of the links and segments to the server, or to where the tunnel ends, the one with the longest delay; the host itself where it leaves none',
  'the segment that it crosses': 'of all segments on the way the one with the longest delay',
  'the far side of the tunnel': 'between where the tunnel ends and the server, the one with the longest delay',
  'a network of the server':
    'of the links and segments of the host that it leads to, of a pod its node, the one with the longest delay',
  'the host that it comes from': 'the client',
  'the host that it leads to': 'the server',
  "the apiserver's host": 'the end of the path where the apiserver is',
  'the node that it leads to': 'the node at an end of the path, or under the pod there',
  'another node': 'the first by name that is at no end of the path',
  'a node behind the tunnel': "a node where the tunnel ends: another than the server's, where the choice is random",
  'a pod on that node': 'a pod with a network of its own on the node that it leads to',
  'a pod on another node': 'a pod with a network of its own on another node',
  'a user': 'the first user by name',
} as const

export const IDENTITIES = {
  'the token on that path': 'what the client sends',
  'its client certificate': 'what the client shows',
  'its server certificate': 'what the server shows',
  "another node's client certificate": 'with which another node comes to the apiserver',
  "another node's server certificate": 'with which the kubelet of another node serves',
  'a token of a pod on that node': 'what is mounted into a pod on the node that it leads to',
  "a user's client certificate": 'that of the first user by name',
  'the bootstrap token': 'with which nodes join',
  'a powerless token': 'a valid one, of an account that nothing is bound to',
  'a garbage token': 'a text that nobody has signed',
} as const

export const PLACE_ROLES = Object.keys(PLACES) as readonly PlaceRole[]
export const IDENTITY_ROLES = Object.keys(IDENTITIES) as readonly IdentityRole[]

export type PlaceRole = keyof typeof PLACES
export type IdentityRole = keyof typeof IDENTITIES

export const isRole = (text: string): boolean => text.includes(' ')

/** null: it is none. */
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
