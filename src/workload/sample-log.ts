import type { Arena, ArenaTable, Columns } from '../engine/arena.ts'
import { TWO_POW_32 } from '../engine/hash.ts'
import { IndexedTable } from '../engine/table.ts'
import type { LongLatency, Sample } from './rows.ts'

/** The words of a sample. They are adjacent, so that the log can grow without moving existing samples. */
const PREVIOUS = 0
/** The latency in nanoseconds, or the row of a long one. */
const LATENCY = 1
const END_LOW = 2
/** The upper 21 bits of the tick. Negative: the latency is a long one. */
const END_HIGH = 3
const SAMPLE_WORDS = 4

class Words implements ArenaTable {
  words!: Int32Array
  count!: Int32Array

  layOut(columns: Columns): void {
    this.words = columns.int32(columns.capacity * SAMPLE_WORDS)
    this.count = columns.int32(1)
  }
}

/** Latencies of more than 32 bits: those of more than four seconds. */
class LongLatencyTable extends IndexedTable<LongLatency> {
  readonly latencyNs = this.float64()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }
}

/**
 * Completed requests in the order in which they ended, as order statistics need them. Each knows the one before it of the
 * same workload, so that to add one touches no other. A run has millions, of 16 bytes each.
 */
export class SampleLog {
  private readonly arena: Arena
  private readonly log = new Words()
  private readonly long: LongLatencyTable

  constructor(arena: Arena) {
    this.arena = arena
    this.long = new LongLatencyTable(arena)
    arena.attach(this.log, 256)
  }

  get count(): number {
    return this.log.count[0]
  }

  /** Adds a request that has ended now, at `endTick`. `previous` is the one before it of its workload, or NONE. */
  add(previous: Sample, latencyNs: number, endTick: number): Sample {
    const { log, long } = this
    const sample = log.count[0]
    const at = sample * SAMPLE_WORDS
    if (at === log.words.length) this.arena.grow(log, 2 * sample)
    const isLong = latencyNs >= TWO_POW_32
    const latency = isLong ? long.allocate() : latencyNs
    if (isLong) long.latencyNs[latency] = latencyNs
    const { words } = log
    const endHigh = Math.floor(endTick / TWO_POW_32)
    words[at + PREVIOUS] = previous
    words[at + LATENCY] = latency
    words[at + END_LOW] = endTick
    words[at + END_HIGH] = isLong ? ~endHigh : endHigh
    log.count[0] = sample + 1
    // The number of a sample is its row.
    return sample as Sample
  }

  /** Returns the sample before this one of the same workload, or NONE. */
  previousOf(sample: Sample): Sample {
    // Only samples and NONE are ever stored.
    return this.log.words[sample * SAMPLE_WORDS + PREVIOUS] as Sample
  }

  latencyNsOf(sample: Sample): number {
    const { words } = this.log
    const at = sample * SAMPLE_WORDS
    const latency = words[at + LATENCY] >>> 0
    return words[at + END_HIGH] < 0 ? this.long.latencyNs[latency] : latency
  }

  /** Returns the tick at which the response had been read. */
  endTickOf(sample: Sample): number {
    const { words } = this.log
    const at = sample * SAMPLE_WORDS
    const endHigh = words[at + END_HIGH]
    return (endHigh < 0 ? ~endHigh : endHigh) * TWO_POW_32 + (words[at + END_LOW] >>> 0)
  }
}
