import { namesOf } from '../engine/registry.ts'
import type { FiguresNs, JitterDistribution } from './jitter-distributions/jitter-distribution.ts'
import { logNormal } from './jitter-distributions/log-normal.ts'
import { normal } from './jitter-distributions/normal.ts'
import { uniform } from './jitter-distributions/uniform.ts'

/** The distributions of the jitter of links, by the name in scenarios. */
export const JITTER_DISTRIBUTIONS = {
  uniform,
  normal,
  'log-normal': logNormal,
} satisfies Readonly<Record<string, JitterDistribution>>

type Distributions = typeof JITTER_DISTRIBUTIONS

/** The variation of a link's delay from packet to packet, with the figures of its distribution in nanoseconds. */
export type Jitter =
  | { readonly kind: 'none' }
  | {
      readonly [Name in keyof Distributions]: {
        readonly kind: Name
        /** True if a packet can overtake an earlier one. */
        readonly canReorder: boolean
      } & (Distributions[Name] extends JitterDistribution<infer Figure> ? FiguresNs<Figure> : never)
    }[keyof Distributions]

/** The distributions, without the types of their figures. */
const ALL: Readonly<Record<string, JitterDistribution>> = JITTER_DISTRIBUTIONS

/** A distribution with the figures of a jitter. */
export interface DistributedJitter {
  /** The number of the distribution, from 1. */
  readonly number: number
  readonly distribution: JitterDistribution
  readonly figures: FiguresNs<string>
}

/** Returns the distribution and the figures of a jitter; null for none. */
export function distributionOf(jitter: Jitter): DistributedJitter | null {
  if (jitter.kind === 'none') return null
  const { kind, canReorder, ...figures } = jitter
  return { number: namesOf(ALL).indexOf(kind) + 1, distribution: ALL[kind], figures }
}

/** The distributions by their numbers less one, as packets need them. */
export const NUMBERED_DISTRIBUTIONS: readonly JitterDistribution[] = Object.values(ALL)
