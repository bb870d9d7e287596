import type { Result } from '../../measure/result.ts'
import type { SweepPoint } from '../../scenario/sweep/sweep-point.ts'

/** What the reports of a sweep keep of each run: of ten thousand, the figures of links would fill the memory. */
export interface SweepRun {
  readonly point: SweepPoint
  readonly result: Pick<Result, 'seed' | 'digest' | 'ended' | 'workloads' | 'expectations'>
  /** The command that does this run alone. */
  readonly reproduce: string
}

export interface SweepReport {
  readonly scenario: string
  /** The dimensions, and how many values each has. */
  readonly dimensions: readonly { readonly path: string; readonly count: number }[]
  /** Those that ended by themselves. */
  readonly runs: readonly SweepRun[]
  /** How many there would have been. */
  readonly planned: number
  readonly isInterrupted: boolean
}

export function summaryOf({ seed, digest, ended, workloads, expectations }: Result): SweepRun['result'] {
  return { seed, digest, ended, workloads, expectations }
}

/** `links.wan.loss=1%, seed 3`. */
export function describeRun(point: SweepPoint, seed: number): string {
  return [...withoutSeed(point).map(({ path, label }) => `${path}=${label}`), `seed ${seed}`].join(', ')
}

/** The point apart from chance. */
export function withoutSeed(point: SweepPoint): SweepPoint {
  return point.filter(({ path }) => path !== 'seed')
}

export function missedExpectations(runs: readonly SweepRun[]): readonly SweepRun[] {
  return runs.filter(({ result }) => result.expectations.some(({ met }) => !met))
}
