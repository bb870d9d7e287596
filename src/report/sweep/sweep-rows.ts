import { combineDigests, formatDigest } from '../../engine/digest.ts'
import type { WorkloadResult } from '../../measure/result.ts'
import { type MedianOverSeeds, medianOverSeeds } from './median-over-seeds.ts'
import { type SweepRun, withoutSeed } from './sweep-run.ts'

/** One workload at one point of the grid, over all its seeds. A figure is null if no run has it. */
export interface SweepRow {
  readonly workload: string
  /** The values of the dimensions except the seed, in their order. */
  readonly labels: readonly string[]
  readonly runs: number
  readonly p50Ms: MedianOverSeeds | null
  readonly p99Ms: MedianOverSeeds | null
  readonly throughputMbps: MedianOverSeeds | null
  readonly failed: MedianOverSeeds | null
  readonly unfinished: MedianOverSeeds | null
  /** The digest of the workload in one run, or a digest of its digests in several runs. */
  readonly digest: string
}

interface Sample {
  readonly workload: WorkloadResult
  readonly labels: readonly string[]
  readonly seed: number
}

/** Returns the rows of the table, grouped by workload, so that the effect of a dimension is visible. */
export function sweepRows(runs: readonly SweepRun[]): readonly SweepRow[] {
  const workloads = new Map<string, Map<string, Sample[]>>()
  for (const { point, result } of runs) {
    const labels = withoutSeed(point).map(({ label }) => label)
    for (const workload of result.workloads) {
      const points = getOrAdd(workloads, workload.name, () => new Map<string, Sample[]>())
      getOrAdd(points, JSON.stringify(labels), () => []).push({ workload, labels, seed: result.seed })
    }
  }
  return [...workloads.values()].flatMap((points) => [...points.values()].map(rowOf))
}

/** Returns a digest of all runs. It does not depend on their order. */
export function sweepDigest(runs: readonly SweepRun[]): string {
  return digestOf(
    runs.map(({ point, result }) => ({
      name: JSON.stringify([...withoutSeed(point).map(({ path, setting }) => [path, setting]), result.seed]),
      digest: result.digest,
    })),
  )
}

function rowOf(samples: readonly Sample[]): SweepRow {
  const over = (figure: (workload: WorkloadResult) => number | null) =>
    medianOverSeeds(samples.map(({ workload }) => figure(workload)).filter((value) => value !== null))
  const [{ workload, labels }] = samples
  return {
    workload: workload.name,
    labels,
    runs: samples.length,
    p50Ms: over(({ latencyMs }) => latencyMs.p50),
    p99Ms: over(({ latencyMs }) => latencyMs.p99),
    throughputMbps: over(({ throughputMbps }) => throughputMbps),
    failed: over(({ failed }) => failed),
    unfinished: over(({ unfinished }) => unfinished),
    digest:
      samples.length === 1
        ? workload.digest
        : digestOf(samples.map(({ seed, workload: { digest } }) => ({ name: `seed ${seed}`, digest }))),
  }
}

function digestOf(named: readonly { readonly name: string; readonly digest: string }[]): string {
  const { hi, lo } = combineDigests(
    named.map(({ name, digest }) => ({ name, hi: lane(digest.slice(0, 8)), lo: lane(digest.slice(8)) })),
  )
  return formatDigest(hi, lo)
}

function lane(hexadecimal: string): number {
  return Number.parseInt(hexadecimal, 16) | 0
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
