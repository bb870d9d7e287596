import { stringify } from 'csv-stringify/sync'
import { workloadCells, workloadHeader } from './results-csv.ts'
import { type SweepRun, withoutSeed } from './sweep-run.ts'

/** A column a dimension, the seed, and then the figures with their units; a row a run and workload follows for each. */
export function sweepCsvHeader(paths: readonly string[]): string {
  const dimensions = paths.filter((path) => path !== 'seed')
  return stringify([[...dimensions, 'seed', 'ended', 'run_digest', 'expectations_not_met', ...workloadHeader()]])
}

export function sweepCsvRows({ point, result }: SweepRun): string {
  const { seed, ended, digest, expectations, workloads } = result
  const notMet = expectations.filter(({ met }) => !met).length
  const ofRun = [...withoutSeed(point).map(({ label }) => label), seed, ended, digest, notMet]
  return stringify(workloads.map((workload) => [...ofRun, ...workloadCells(workload)]))
}

/** The row of a run that gave no result, so that nobody takes its absence for a gap in the grid. */
export function sweepCsvGap(point: SweepRun['point'], seed: number, ended: string): string {
  const empty = ['', '', ...workloadHeader().map(() => '')]
  return stringify([[...withoutSeed(point).map(({ label }) => label), seed, ended, ...empty]])
}
