import { pathKind } from '../../cluster/paths/path-kinds.ts'
import type { MiddleboxBlueprint, PathBlueprint } from '../../simulation/blueprint.ts'
import type { AttackerBlueprint } from '../../simulation/blueprint-attack.ts'
import { type CrossedMedium, type Reachability, tunnelEndOf } from '../../simulation/network/reachability.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import { MASTER } from '../cluster/cluster-members.ts'
import type { Identities } from '../identities/identities.ts'
import { IDENTITY_NAMES } from '../identities/identity-names.ts'

export type Place = AttackerBlueprint['on']

export interface RoleContext {
  readonly paths: readonly PathBlueprint[]
  readonly cluster: ClusterEnvironment | null
  readonly identities: Identities
  /** The routes between hosts; null if links or routes are invalid. */
  readonly reachability: Reachability | null
  readonly middleboxes: readonly MiddleboxBlueprint[]
}

/** Finds the hosts, media and credentials at the ends of a path, and others beside them. */
export class RoleLookups {
  readonly context: RoleContext

  constructor(context: RoleContext) {
    this.context = context
  }

  known(name: string): string | null {
    return this.context.identities.get(name) === undefined ? null : name
  }

  ofNode(node: string | null, names: readonly ((node: string) => string)[]): string | null {
    if (node === null) return null
    return names.map((name) => name(node)).find((name) => this.known(name) !== null) ?? null
  }

  /** Returns the certificate that a node's kubelet presents as a server: on a path to it, or by its name. */
  servingOf(node: string | null): string | null {
    const presented = this.context.paths.find(({ to, kind }) => to === node && isToKubelet(kind))?.tls
      ?.serverCertificate
    return presented ?? this.ofNode(node, [IDENTITY_NAMES.issuedServing, IDENTITY_NAMES.selfSignedServing])
  }

  tokenOn(node: string | null): string | null {
    const pods = this.context.cluster?.members.pods ?? []
    const tokens = pods.filter((pod) => pod.node === node).map(({ app }) => IDENTITY_NAMES.podToken(app))
    return tokens.find((token) => this.known(token) !== null) ?? null
  }

  aUser(): string | null {
    const first = [...(this.context.cluster?.members.users.keys() ?? [])].sort((a, b) => (a < b ? -1 : 1))[0]
    return first ?? this.context.paths.find(({ kind }) => pathKind(kind).ends.from.party === 'user')?.from ?? null
  }

  /** Returns the node at an end of the path, or the node of the pod there. */
  nodeOf({ to, from }: Pick<PathBlueprint, 'from' | 'to'>): string | null {
    const { nodes = [] } = this.context.cluster?.members ?? {}
    const ofCluster = [to, from].map((end) => nodes.find(({ name }) => name === end)?.name ?? this.underPod(end))
    return ofCluster.find((node) => node !== undefined) ?? null
  }

  /**
   * Returns the media that leave a host, without those between a node and its own pods, which only root on the node
   * observes.
   */
  leaving(media: readonly CrossedMedium[]): readonly CrossedMedium[] {
    const { reachability } = this.context
    return media.filter((medium) => {
      const machines = (reachability?.hostsOn(medium) ?? []).map((host) => this.underPod(host) ?? host)
      return new Set(machines).size !== 1
    })
  }

  underPod(host: string): string | undefined {
    return this.context.cluster?.members.pods.find((pod) => pod.host === host)?.node
  }

  anotherNode(it: PathBlueprint): string | null {
    const own = this.nodeOf(it)
    return this.#nodeNames().find((name) => name !== own) ?? null
  }

  #nodeNames(): readonly string[] {
    return [...(this.context.cluster?.members.nodeNames ?? [])].sort((a, b) => (a < b ? -1 : 1))
  }

  podOn(node: string | null): string | null {
    const pods = this.context.cluster?.members.pods ?? []
    return pods.find((pod) => pod.node === node && pod.host !== node)?.host ?? null
  }

  /** Returns a host where the tunnel of a path ends. */
  viaOf(it: PathBlueprint): string | null {
    return tunnelEndOf(it, this.nodeOf(it))
  }

  /** Returns the media at a host; for a pod, those at its node. */
  mediaAt(host: string): readonly CrossedMedium[] {
    return this.context.reachability?.mediaOf(this.underPod(host) ?? host) ?? []
  }

  /** Returns the media from the client to the server, or to the end of the tunnel. */
  firstLeg(it: PathBlueprint): readonly CrossedMedium[] {
    return this.context.reachability?.crossedBy(it, this.nodeOf(it)) ?? []
  }

  /** Returns the media from the end of the tunnel to the server. */
  lastLeg(it: PathBlueprint): readonly CrossedMedium[] {
    const via = this.viaOf(it)
    return via === null ? [] : (this.context.reachability?.crossed(via, it.to) ?? [])
  }
}

function isToKubelet(kind: PathBlueprint['kind']): boolean {
  return pathKind(kind).ends.to.party === 'kubelet'
}

/** Returns the host of the apiserver at an end of a path; null for none. */
export function apiserverOf({ kind, from, to }: PathBlueprint): string | null {
  const { ends } = pathKind(kind)
  if (ends.to.party === 'apiserver') return to
  if (ends.from.party === 'apiserver') return from
  return from === MASTER || to === MASTER ? MASTER : null
}
