import { VANTAGES, type Vantage } from '../../attack/vantages.ts'
import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { MiddleboxBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import { type AttackerBlueprint, GARBAGE_TOKEN } from '../../simulation/blueprint-attack.ts'
import { sshHostKeyName } from '../../simulation/lookups/members.ts'
import { type CrossedMedium, longestOf, type Reachability, tunnelEndOf } from '../../simulation/network/reachability.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER } from '../cluster/cluster-members.ts'
import type { Identities } from '../identities/identities.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'
import {
  type IdentityRole,
  isRole,
  type OWN_CREDENTIAL,
  PATH_ROLE_ENDINGS,
  PATH_ROLES,
  type PathRole,
  type PlaceRole,
  parsePathRole,
} from './roles.ts'

export type Place = AttackerBlueprint['on']

/** The result of a lookup by name or role: the value, or the role that does not exist in this scenario. */
export type Lookup<Value> = { readonly value: Value } | { readonly absent: string }

export interface RoleContext {
  readonly paths: readonly PathBlueprint[]
  readonly cluster: ClusterEnvironment | null
  readonly identities: Identities
  /** The routes between hosts; null if links or routes are invalid. */
  readonly reachability: Reachability | null
  readonly middleboxes: readonly MiddleboxBlueprint[]
}

/** Finds the paths, places and identities of a scenario that have a role. */
export class Roles {
  readonly #context: RoleContext

  constructor(context: RoleContext) {
    this.#context = context
  }

  /** Returns the declared names of the paths with a role, in order. The list is empty if no path has it. */
  pathsOf(role: PathRole): readonly string[] {
    const names = this.#context.paths.filter((path) => matchesRole(role, path)).map(({ declared }) => declared)
    const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1))
    return role.isEvery ? sorted : sorted.slice(0, 1)
  }

  /**
   * Returns the paths with this name or role. The list is empty if no path has the role. Returns null for a text that
   * is not a role.
   */
  pathsNamed(text: string): readonly string[] | null {
    if (!isRole(text)) return [text]
    const role = parsePathRole(text)
    return role === null ? null : this.pathsOf(role)
  }

  /** The hint for a text that is not a role of a path. */
  get hint(): string {
    const existing = PATH_ROLES.filter((text) => this.pathsOf(parsePathRole(text)!).length > 0)
    return `roles of paths in this scenario: ${existing.join(', ')}; each can end in ${PATH_ROLE_ENDINGS.join(', ')}`
  }

  /** Returns the first instance of a declared path; null if it has none. */
  instanceOf(declared: string): PathBlueprint | null {
    return this.#context.paths.find((path) => path.declared === declared) ?? null
  }

  /**
   * Finds the place with a role.
   * @param it the path that `it` stands for; null if no path of the plan exists
   */
  placeOf(role: PlaceRole, it: PathBlueprint | null): Place | null {
    if (role === 'a user') return hostOrNull(this.#aUser())
    if (it === null) return null
    switch (role) {
      case 'the link that it crosses':
        return placeOf(longestOf(this.#leaving(this.#firstLeg(it)))) ?? host(it.from)
      case 'the segment that it crosses':
        return placeOf(
          longestOf([...this.#firstLeg(it), ...this.#lastLeg(it)].filter(({ kind }) => kind === 'segment')),
        )
      case 'the far side of the tunnel':
        return placeOf(longestOf(this.#leaving(this.#lastLeg(it))))
      case 'a network of the server':
        return placeOf(
          longestOf(this.#leaving(this.#context.reachability?.mediaOf(this.#underPod(it.to) ?? it.to) ?? [])),
        )
      case 'the host that it comes from':
        return host(it.from)
      case 'the host that it leads to':
        return host(it.to)
      case "the apiserver's host":
        return hostOrNull(apiserverOf(it))
      case 'the node that it leads to':
        return hostOrNull(this.#nodeOf(it))
      case 'another node':
        return hostOrNull(this.#anotherNode(it))
      case 'a node behind the tunnel':
        return hostOrNull(this.#viaOf(it))
      case 'a pod on that node':
        return hostOrNull(this.#podOn(this.#nodeOf(it)))
      case 'a pod on another node':
        return hostOrNull(this.#podOn(this.#anotherNode(it)))
    }
  }

  /** Returns the name of the identity with a role; null for none. */
  identityOf(role: Exclude<IdentityRole, typeof OWN_CREDENTIAL>, it: PathBlueprint | null): string | null {
    const { identities } = this.#context
    if (role === 'a garbage token') return GARBAGE_TOKEN
    if (role === 'a powerless token') return identities.powerlessToken()
    if (role === "a user's client certificate") return this.#known(IDENTITY_NAMES.userClient(this.#aUser() ?? ''))
    if (role === 'the bootstrap token') return this.#known(IDENTITY_NAMES.bootstrapToken)
    if (it === null) return null
    const { tls } = it
    switch (role) {
      case 'the token on that path':
        return tls?.client.kind === 'token' ? tls.client.token : null
      case 'its client certificate':
        return tls?.client.kind === 'certificate' ? tls.client.certificate : null
      case 'its server certificate':
        return tls?.serverCertificate ?? null
      case 'its SSH host key':
        return it.tunnel?.kind === 'ssh' ? sshHostKeyName(this.#viaOf(it) ?? it.to) : null
      case "another node's client certificate":
        return this.#ofNode(this.#anotherNode(it), [IDENTITY_NAMES.nodeClient])
      case "another node's server certificate":
        return this.#servingOf(this.#anotherNode(it))
      case 'a token of a pod on that node':
        return this.#tokenOn(this.#nodeOf(it))
    }
  }

  /**
   * Returns the name of the credential that an attacker has from its position on a host or in a pod; null for none.
   */
  credentialOf(vantage: Vantage, { kind, name }: Place): string | null {
    if (kind !== 'host') return null
    switch (VANTAGES[vantage].actsAs) {
      case 'user':
        return this.#known(IDENTITY_NAMES.userClient(name))
      case 'kubelet':
        return this.#known(IDENTITY_NAMES.nodeClient(name))
      case 'service-account': {
        const pod = this.#context.cluster?.members.pods.find((each) => each.name === name)
        return pod === undefined ? null : this.#known(IDENTITY_NAMES.podToken(pod.app))
      }
      case null:
        return null
    }
  }

  #known(name: string): string | null {
    return this.#context.identities.get(name) === undefined ? null : name
  }

  #ofNode(node: string | null, names: readonly ((node: string) => string)[]): string | null {
    if (node === null) return null
    return names.map((name) => name(node)).find((name) => this.#known(name) !== null) ?? null
  }

  /** Returns the certificate that a node's kubelet presents as a server: on a path to it, or by its name. */
  #servingOf(node: string | null): string | null {
    const presented = this.#context.paths.find(({ to, kind }) => to === node && isToKubelet(kind))?.tls
      ?.serverCertificate
    return presented ?? this.#ofNode(node, [IDENTITY_NAMES.issuedServing, IDENTITY_NAMES.selfSignedServing])
  }

  #tokenOn(node: string | null): string | null {
    const pods = this.#context.cluster?.members.pods ?? []
    const tokens = pods.filter((pod) => pod.node === node).map(({ app }) => IDENTITY_NAMES.podToken(app))
    return tokens.find((token) => this.#known(token) !== null) ?? null
  }

  #aUser(): string | null {
    const first = [...(this.#context.cluster?.members.users.keys() ?? [])].sort((a, b) => (a < b ? -1 : 1))[0]
    return first ?? this.#context.paths.find(({ kind }) => pathKind(kind).ends.from.party === 'user')?.from ?? null
  }

  /** Returns the node at an end of the path, or the node of the pod there. */
  #nodeOf({ to, from }: Pick<PathBlueprint, 'from' | 'to'>): string | null {
    const { nodes = [] } = this.#context.cluster?.members ?? {}
    const ofCluster = [to, from].map((end) => nodes.find(({ name }) => name === end)?.name ?? this.#underPod(end))
    return ofCluster.find((node) => node !== undefined) ?? null
  }

  /**
   * Returns the media that leave a host, without those between a node and its own pods, which only root on the node
   * observes.
   */
  #leaving(media: readonly CrossedMedium[]): readonly CrossedMedium[] {
    const { reachability } = this.#context
    return media.filter((medium) => {
      const machines = (reachability?.hostsOn(medium) ?? []).map((host) => this.#underPod(host) ?? host)
      return new Set(machines).size !== 1
    })
  }

  #underPod(host: string): string | undefined {
    return this.#context.cluster?.members.pods.find((pod) => pod.host === host)?.node
  }

  #anotherNode(it: PathBlueprint): string | null {
    const own = this.#nodeOf(it)
    return this.#nodeNames().find((name) => name !== own) ?? null
  }

  #nodeNames(): readonly string[] {
    return [...(this.#context.cluster?.members.nodeNames ?? [])].sort((a, b) => (a < b ? -1 : 1))
  }

  #podOn(node: string | null): string | null {
    const pods = this.#context.cluster?.members.pods ?? []
    return pods.find((pod) => pod.node === node && pod.host !== node)?.host ?? null
  }

  /** Returns a host where the tunnel of a path ends. */
  #viaOf(it: PathBlueprint): string | null {
    return tunnelEndOf(it, this.#nodeOf(it))
  }

  /** Returns the media from the client to the server, or to the end of the tunnel. */
  #firstLeg(it: PathBlueprint): readonly CrossedMedium[] {
    return this.#context.reachability?.crossedBy(it, this.#nodeOf(it)) ?? []
  }

  /** Returns the media from the end of the tunnel to the server. */
  #lastLeg(it: PathBlueprint): readonly CrossedMedium[] {
    const via = this.#viaOf(it)
    return via === null ? [] : (this.#context.reachability?.crossed(via, it.to) ?? [])
  }
}

function isToKubelet(kind: PathBlueprint['kind']): boolean {
  return pathKind(kind).ends.to.party === 'kubelet'
}

function matchesRole({ kind, scheme, tunnel }: PathRole, path: PathBlueprint): boolean {
  return (
    (kind === null || path.kind === kind) &&
    (scheme === null || (path.tls === null ? 'http' : 'https') === scheme) &&
    (tunnel === null || (path.tunnel?.kind ?? 'none') === tunnel)
  )
}

function apiserverOf({ kind, from, to }: PathBlueprint): string | null {
  const { ends } = pathKind(kind)
  if (ends.to.party === 'apiserver') return to
  if (ends.from.party === 'apiserver') return from
  return from === MASTER || to === MASTER ? MASTER : null
}

const placeOf = (medium: CrossedMedium | null): Place | null =>
  medium === null ? null : { kind: medium.kind, name: medium.name }
const host = (name: string): Place => ({ kind: 'host', name })
const hostOrNull = (name: string | null | undefined): Place | null => (name == null ? null : host(name))
