import type { Blueprint } from '../../simulation/blueprint.ts'
import type { ControlLinks } from './control-links.ts'

/** A property of the network between control plane and nodes that gets worse with increasing values. */
export interface LimitAxis {
  readonly title: string
  /** The meaning of a value, as a sentence for users. */
  readonly meaning: string
  /** Values are nanoseconds, or ratios from 0 to 1. */
  readonly unit: 'ns' | 'ratio'
  /** The values that are tried first, in ascending order. */
  readonly grid: readonly number[]
  /** Returns a value between two others; null if they are close enough. */
  readonly between: (low: number, high: number) => number | null
  /** Returns the links and segments that it changes, or the reason why there are none. */
  readonly appliesTo: (links: ControlLinks) => readonly string[] | { readonly absent: string }
  /** Returns the length of a run with a value, including the time after the value took effect. */
  readonly durationNs: (value: number) => number
  /** Returns the scenario with a value of the axis on these links and segments. */
  readonly apply: (blueprint: Blueprint, place: LimitPlace, value: number) => Blueprint
}

/** The links and segments that an axis changes. */
export interface LimitPlace {
  readonly media: readonly string[]
  readonly links: ControlLinks
}
