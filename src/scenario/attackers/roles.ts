import { MODELLED_PATH_KINDS, type PathKindName } from '../../cluster/paths/path-kinds.ts'
import { namesOf } from '../../engine/registry.ts'
import type { PathBlueprint } from '../../simulation/blueprint.ts'
import { GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import { sshHostKeyName } from '../../simulation/lookups/members.ts'
import { type CrossedMedium, longestOf } from '../../simulation/network/reachability.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'
import { apiserverOf, type Place, type RoleLookups } from './role-lookups.ts'

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

/** A role of a place or an identity. The key of its registry is the role. */
export interface RoleEntry<Found> {
  /** The thing that it stands for, for users. */
  readonly meaning: string
  /**
   * Finds the thing; null if the scenario has none.
   * @param it the path that `it` stands for; null if no path of the plan exists
   * @param own returns the name of the credential of the attacker's position; null for none
   */
  find(of: RoleLookups, it: PathBlueprint | null, own: () => string | null): Found | null
}

/** Makes a lookup that finds nothing without a path. */
function along<Found>(find: (of: RoleLookups, it: PathBlueprint) => Found) {
  return (of: RoleLookups, it: PathBlueprint | null) => (it === null ? null : find(of, it))
}

/** Makes a lookup of a place that finds a host. */
function hostAlong(find: (of: RoleLookups, it: PathBlueprint) => string | null) {
  return along((of, it) => hostOrNull(find(of, it)))
}

const mediumOrNull = (medium: CrossedMedium | null): Place | null =>
  medium === null ? null : { kind: medium.kind, name: medium.name }
const hostOrNull = (name: string | null): Place | null => (name === null ? null : { kind: 'host', name })

/** The roles of places. */
export const PLACES = {
  'the link that it crosses': {
    meaning:
      'the link or segment with the longest delay on the route to the server, or to the end of the tunnel, of those that leave a host; the host itself for a path within a host',
    find: along((of, it) => mediumOrNull(longestOf(of.leaving(of.firstLeg(it)))) ?? hostOrNull(it.from)),
  },
  'the segment that it crosses': {
    meaning: 'the segment with the longest delay on the whole route',
    find: along((of, it) =>
      mediumOrNull(longestOf([...of.firstLeg(it), ...of.lastLeg(it)].filter(({ kind }) => kind === 'segment'))),
    ),
  },
  'the far side of the tunnel': {
    meaning:
      'the link or segment with the longest delay between the end of the tunnel and the server, of those that leave a host: not that between a node and its own pod',
    find: along((of, it) => mediumOrNull(longestOf(of.leaving(of.lastLeg(it))))),
  },
  'a network of the server': {
    meaning:
      'the link or segment with the longest delay at the server, of those that leave a host; for a pod, at its node',
    find: along((of, it) => mediumOrNull(longestOf(of.leaving(of.mediaAt(it.to))))),
  },
  'the host that it comes from': { meaning: 'the client', find: hostAlong((_, it) => it.from) },
  'the host that it leads to': { meaning: 'the server', find: hostAlong((_, it) => it.to) },
  "the apiserver's host": {
    meaning: 'the host of the apiserver, at an end of the path',
    find: hostAlong((_, it) => apiserverOf(it)),
  },
  'the node that it leads to': {
    meaning: 'the node at an end of the path, or the node of the pod there',
    find: hostAlong((of, it) => of.nodeOf(it)),
  },
  'another node': {
    meaning: 'the first by name that is at no end of the path',
    find: hostAlong((of, it) => of.anotherNode(it)),
  },
  'a node behind the tunnel': {
    meaning: "a node where the tunnel ends: not the server's node when the choice is random",
    find: hostAlong((of, it) => of.viaOf(it)),
  },
  'a pod on that node': {
    meaning: 'a pod with its own network on the node at an end of the path',
    find: hostAlong((of, it) => of.podOn(of.nodeOf(it))),
  },
  'a pod on another node': {
    meaning: 'a pod with its own network on another node',
    find: hostAlong((of, it) => of.podOn(of.anotherNode(it))),
  },
  'a user': { meaning: 'the first user by name', find: (of) => hostOrNull(of.aUser()) },
} satisfies Readonly<Record<string, RoleEntry<Place>>>

/** The role of the credential that an attacker has without stealing it. It depends on the attacker, not on a path. */
export const OWN_CREDENTIAL = 'the credential of its position'

/** The roles of identities. */
export const IDENTITIES = {
  'the token on that path': {
    meaning: 'the token that the client sends',
    find: along((_, { tls }) => (tls?.client.kind === 'token' ? tls.client.token : null)),
  },
  'its client certificate': {
    meaning: 'the certificate that the client presents',
    find: along((_, { tls }) => (tls?.client.kind === 'certificate' ? tls.client.certificate : null)),
  },
  'its server certificate': {
    meaning: 'the certificate that the server presents',
    find: along((_, { tls }) => tls?.serverCertificate ?? null),
  },
  'its SSH host key': {
    meaning: 'the host key of the sshd at which the tunnel of the path ends',
    find: along((of, it) => (it.tunnel?.kind === 'ssh' ? sshHostKeyName(of.viaOf(it) ?? it.to) : null)),
  },
  "another node's client certificate": {
    meaning: 'the certificate with which the kubelet of another node authenticates to the apiserver',
    find: along((of, it) => of.ofNode(of.anotherNode(it), [IDENTITY_NAMES.nodeClient])),
  },
  "another node's server certificate": {
    meaning: 'the certificate that the kubelet of another node presents as a server',
    find: along((of, it) => of.servingOf(of.anotherNode(it))),
  },
  'a token of a pod on that node': {
    meaning: 'the token that is mounted into a pod on the node at an end of the path',
    find: along((of, it) => of.tokenOn(of.nodeOf(it))),
  },
  "a user's client certificate": {
    meaning: 'the client certificate of the first user by name',
    find: (of) => of.known(IDENTITY_NAMES.userClient(of.aUser() ?? '')),
  },
  'the bootstrap token': {
    meaning: 'the token with which nodes join the cluster',
    find: (of) => of.known(IDENTITY_NAMES.bootstrapToken),
  },
  [OWN_CREDENTIAL]: {
    meaning:
      "the client certificate of the attacker's user, the token of its pod, or the certificate of its node's kubelet",
    find: (_, __, own) => own(),
  },
  'a powerless token': {
    meaning: 'a valid token of an account without any rights',
    find: (of) => of.context.identities.powerlessToken(),
  },
  'a garbage token': { meaning: 'a token that no authority signed', find: () => GARBAGE_TOKEN },
} satisfies Readonly<Record<string, RoleEntry<string>>>

export const PLACE_ROLES = namesOf(PLACES)
export const IDENTITY_ROLES = namesOf(IDENTITIES)

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
