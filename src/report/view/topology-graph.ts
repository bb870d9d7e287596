import type { Outcome } from '../../measure/verdict.ts'
import type { OutcomeLevel } from './outcome-level.ts'

/** A network as a graph whose vertices are hosts and segments. */
export interface TopologyGraph {
  readonly vertices: readonly VertexView[]
  readonly edges: readonly EdgeView[]
  /** The number of hosts without a vertex, because the drawing would have too many. */
  readonly leftOut: number
}

/** A host, several similar hosts, or a segment. */
export interface VertexView {
  readonly id: string
  readonly kind: 'host' | 'segment'
  /** The names of the hosts, in order; at least one. */
  readonly names: readonly string[]
  /** Its kind in the cluster: `control plane`, `node`, `pod`, `segment`; empty for plain hosts. */
  readonly role: string
  /** The profile and the figures of a segment; empty for hosts. */
  readonly figures: readonly string[]
  readonly attackers: readonly PlacedAttacker[]
}

/** A link, several links between joined vertices, or the port of a host on a segment. */
export interface EdgeView {
  readonly from: string
  readonly to: string
  /** Names of links; empty for a port on a segment. */
  readonly names: readonly string[]
  /** The profile and the figures; empty for a port on a segment. */
  readonly figures: readonly string[]
  readonly attackers: readonly PlacedAttacker[]
  /** The worst outcome on a path over it; null if no attacker achieves anything there. */
  readonly broken: Outcome | null
  readonly level: OutcomeLevel | null
}

export interface PlacedAttacker {
  readonly name: string
  readonly vantage: string
}
