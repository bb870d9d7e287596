import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'

/**
 * The part of a run that the report of a sweep needs. The whole results of ten thousand runs would need too much
 * memory.
 */
export interface SweepRun {
  readonly point: SweepPoint
  readonly result: Pick<Result, 'seed' | 'digest' | 'ended' | 'workloads' | 'expectations'>
  /** The command that reproduces this run. */
  readonly reproduce: string
}

export interface SweepReport {
  readonly scenario: string
  /** The dimensions, with the number of values of each. */
  readonly dimensions: readonly { readonly path: string; readonly count: number }[]
  /** The runs that were not interrupted. */
  readonly runs: readonly SweepRun[]
  /** The number of points to run: of the grid, or of the shard. */
  readonly planned: number
  /** The shard that was run, in words; absent for a complete sweep. */
  readonly shard?: string
  readonly isInterrupted: boolean
}

export function summaryOf({ seed, digest, ended, workloads, expectations }: Result): SweepRun['result'] {
  return { seed, digest, ended, workloads, expectations }
}

/** Describes a run in words: `links.wan.loss=1%, seed 3`. */
export function describeRun(point: SweepPoint, seed: number): string {
  return [...withoutSeed(point).map(({ path, label }) => `${path}=${label}`), `seed ${seed}`].join(', ')
}

/** Returns a point without its seed. */
export function withoutSeed(point: SweepPoint): SweepPoint {
  return point.filter(({ path }) => path !== 'seed')
}

export function missedExpectations(runs: readonly SweepRun[]): readonly SweepRun[] {
  return runs.filter(({ result }) => result.expectations.some(({ met }) => !met))
}
