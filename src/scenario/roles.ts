import type { PathKindName } from '../simulation/blueprint.ts'

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
  ['the kubelet path', 'apiserver-kubelet'],
  ['the node path', 'apiserver-node'],
  ['the pod path', 'apiserver-pod'],
  ['the service path', 'apiserver-service'],
  ["the kubelet's path to the apiserver", 'kubelet-apiserver'],
  ["a pod's path to the apiserver", 'pod-apiserver'],
  ["a component's path to the apiserver", 'component-apiserver'],
  ["the user's path", 'user-apiserver'],
  ['the custom path', 'custom'],
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

export const PLACE_ROLES = [
  'the link that it crosses',
  'the segment that it crosses',
  'the far side of the tunnel',
  'the host that it comes from',
  'the host that it leads to',
  "the apiserver's host",
  'the node that it leads to',
  'another node',
  'a node behind the tunnel',
  'a pod on that node',
  'a pod on another node',
  'a user',
] as const

export const IDENTITY_ROLES = [
  'the token on that path',
  'its client certificate',
  'its server certificate',
  "another node's client certificate",
  "another node's server certificate",
  'a token of a pod on that node',
  "a user's client certificate",
  'the bootstrap token',
  'a powerless token',
  'a garbage token',
] as const

export type PlaceRole = (typeof PLACE_ROLES)[number]
export type IdentityRole = (typeof IDENTITY_ROLES)[number]

export const isRole = (text: string): boolean => text.includes(' ')

/** null: it is none. */
export function parsePathRole(text: string): PathRole | null {
  const { rest, value: tunnel } = withoutEnding(text, TUNNELS)
  const { rest: base, value: scheme } = withoutEnding(rest, SCHEMES)
  const kind = PATHS.get(base)
  return kind === undefined ? null : { isEvery: kind === null, kind, scheme, tunnel }
}

export const placeRole = (text: string): PlaceRole | null => PLACE_ROLES.find((role) => role === text) ?? null
export const identityRole = (text: string): IdentityRole | null => IDENTITY_ROLES.find((role) => role === text) ?? null

function withoutEnding<Value extends string>(
  text: string,
  endings: readonly (readonly [string, Value])[],
): { readonly rest: string; readonly value: Value | null } {
  const found = endings.find(([ending]) => text.endsWith(ending))
  return found === undefined ? { rest: text, value: null } : { rest: text.slice(0, -found[0].length), value: found[1] }
}
