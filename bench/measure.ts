import Benchmark from 'benchmark'
import type { BenchSamples } from '../src/study/compare/bench-csv.ts'
import type { Case } from './suite.ts'

const UNITS_PER_SECOND = { 'ns/operation': 1e9, 'ns/packet': 1e9, 'us/fork': 1e6, 'ms/run': 1e3 } as const

/** The number of samples that `onpath compare` needs to separate a difference from the spread. */
const MIN_SAMPLES = 12
const LONGEST_S = 3

/** Calls a case repeatedly, and returns the time of one unit of work in each sample. */
export function measure({ name, unit, work, run }: Case): BenchSamples {
  const benchmark = new Benchmark(name, run, { minSamples: MIN_SAMPLES, maxTime: LONGEST_S })
  benchmark.run({ async: false })
  if (benchmark.error) throw benchmark.error
  return { name, unit, samples: benchmark.stats.sample.map((seconds) => (seconds * UNITS_PER_SECOND[unit]) / work) }
}
