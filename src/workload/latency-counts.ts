import type { Arena } from '../engine/arena.ts'
import { IndexedTable, NONE } from '../engine/table.ts'
import type { DeclaredWorkload, Octave } from './rows.ts'

/** The counters of an octave: the latencies in one differ by less than a thousandth. */
const STEPS = 1_024
/** The octaves of latencies up to 2^53 - 1. Those below STEPS share the first. */
const OCTAVES = 44

class OctaveTable extends IndexedTable<Octave> {
  readonly counts = this.float64(0, STEPS)

  constructor(arena: Arena) {
    super(arena, 1)
    this.attach()
  }
}

class CountTable extends IndexedTable<DeclaredWorkload> {
  /** The latencies of the workload that are samples, on all instances of its path. */
  readonly sampled = this.float64()
  /** Those that are counted here instead, and their sum and extremes. */
  readonly counted = this.float64()
  readonly sumNs = this.float64()
  readonly leastNs = this.float64(Number.POSITIVE_INFINITY)
  readonly mostNs = this.float64()
  readonly octaves = this.handle<Octave>(OCTAVES)

  constructor(arena: Arena, count: number) {
    super(arena, Math.max(1, count))
    this.attach()
  }
}

/** Latencies that were counted, in groups of about the same length. */
export interface CountedLatencies {
  readonly count: number
  readonly sumNs: number
  readonly leastNs: number
  readonly mostNs: number
  /** The groups in ascending order. A group is represented by its longest latency. */
  readonly groups: readonly { readonly latencyNs: number; readonly count: number }[]
}

/** Counts of the latencies of workloads with so many requests that not each can be kept. */
export class LatencyCounts {
  private readonly table: CountTable
  private readonly octaves: OctaveTable

  /** `count` is the number of workloads, each with all instances of its path. */
  constructor(arena: Arena, count: number) {
    this.table = new CountTable(arena, count)
    this.octaves = new OctaveTable(arena)
    for (let workload = 0; workload < count; workload++) this.table.allocate()
  }

  sampledOf(workload: number): number {
    return this.table.sampled[workload]
  }

  noteSample(workload: number): void {
    this.table.sampled[workload]++
  }

  /** Counts a latency, in whole nanoseconds. */
  add(workload: number, latencyNs: number): void {
    const { table, octaves } = this
    table.counted[workload]++
    table.sumNs[workload] += latencyNs
    if (latencyNs < table.leastNs[workload]) table.leastNs[workload] = latencyNs
    if (latencyNs > table.mostNs[workload]) table.mostNs[workload] = latencyNs
    let octave = 0
    let stepNs = 1
    for (; latencyNs >= 2 * STEPS * stepNs; stepNs *= 2) octave++
    if (latencyNs >= STEPS) octave++
    const step = Math.floor(latencyNs / stepNs) % STEPS
    const place = workload * OCTAVES + octave
    if (table.octaves[place] === NONE) {
      const row = octaves.allocate()
      table.octaves[place] = row
    }
    octaves.counts[table.octaves[place] * STEPS + step]++
  }

  of(workload: number): CountedLatencies {
    const { table, octaves } = this
    const groups: { latencyNs: number; count: number }[] = []
    for (let octave = 0, stepNs = 1; octave < OCTAVES; octave++) {
      const row = table.octaves[workload * OCTAVES + octave]
      const base = octave === 0 ? 0 : STEPS
      if (octave > 1) stepNs *= 2
      for (let step = 0; row !== NONE && step < STEPS; step++) {
        const count = octaves.counts[row * STEPS + step]
        if (count > 0) groups.push({ latencyNs: (base + step) * stepNs + stepNs - 1, count })
      }
    }
    const { counted, sumNs, leastNs, mostNs } = table
    return {
      count: counted[workload],
      sumNs: sumNs[workload],
      leastNs: leastNs[workload],
      mostNs: mostNs[workload],
      groups,
    }
  }
}
