import type { Boundary, SharePoint } from './boundary.ts'
import type { ShareInterval } from './share-interval.ts'

/** The limits of a cluster, as a plain JSON value. */
export interface LimitsResult {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly kubernetes: string
  readonly seeds: readonly number[]
  /** The nodes that were observed, and the number of all nodes. */
  readonly nodes: { readonly observed: readonly string[]; readonly of: number }
  /** The number of simulations. */
  readonly simulations: number
  readonly profiles: readonly LimitsProfile[]
  readonly constants: readonly LimitsConstant[]
  readonly axes: readonly LimitsAxis[]
  /** Criteria that were not measured, and why. */
  readonly absent: readonly { readonly what: string; readonly reason: string }[]
  readonly limits: readonly Limit[]
}

export interface LimitsProfile {
  readonly name: string
  readonly title: string
}

/** A timer of the cluster. */
export interface LimitsConstant {
  readonly name: string
  /**
   * Its value with each profile, in the order of the profiles: nanoseconds, or whether something is done; null for
   * never.
   */
  readonly values: readonly (number | boolean | null)[]
}

export interface LimitsAxis {
  readonly name: string
  readonly title: string
  readonly meaning: string
  readonly unit: 'ns' | 'ratio'
  /** The links and segments that the axis changes. */
  readonly media: readonly string[]
}

/** The limit of one criterion on one axis, with one profile. */
export interface Limit extends Boundary {
  readonly axis: string
  readonly profile: string
  readonly criterion: string
  readonly title: string
  readonly meaning: string
  readonly unit: string
  /** All values that were tried, in ascending order. */
  readonly points: readonly LimitPoint[]
}

/** The runs with one value: the share of broken runs, its 95 % interval, and the figure of each seed. */
export interface LimitPoint extends SharePoint {
  readonly interval: ShareInterval
  readonly figures: readonly (number | null)[]
}
