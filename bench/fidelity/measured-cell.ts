/** Repeated measurements under one set of conditions. */
export interface MeasuredCell {
  /** The measured stack: `go` and `nodejs` are real stacks, `ns-3` is another simulator. */
  readonly stack: string
  readonly onewayUs: number
  /** The rate of the link in Mbps of IP bytes; 0 means loopback. */
  readonly rateMbps: number
  readonly queuePackets: number
  readonly loss: number
  readonly cc: string
  /** The round-trip time of pings, from which the delay of the link derives. */
  readonly rttMs: number
  readonly path: string
  /** The measured quantity: `fresh`, `keep` and `setup` in ms, `bulkN` and `flow30s` in Mbps. */
  readonly what: string
  /** The values of the repetitions, in the order of the file. */
  readonly values: readonly number[]
  /** The RngRun of each value of ns-3. */
  readonly runs?: readonly number[] | undefined
}

export type CellKind = 'latency' | 'ssh set-up' | 'throughput' | 'throughput under loss' | 'ns-3'

/** The kinds of cells, in the order of reports. */
export const CELL_KINDS: readonly CellKind[] = ['latency', 'ssh set-up', 'throughput', 'throughput under loss', 'ns-3']

export function kindOf({ stack, loss, what }: MeasuredCell): CellKind {
  if (stack === 'ns-3') return 'ns-3'
  if (what === 'setup') return 'ssh set-up'
  if (!what.startsWith('bulk')) return 'latency'
  return loss > 0 ? 'throughput under loss' : 'throughput'
}

/** A queue of fewer packets overflows in slow start, and tens of microseconds decide where. */
const SHORT_QUEUE_PACKETS = 100

/** Returns whether a transfer without random loss goes over a queue that it overflows in slow start. */
export function hasShortQueue(cell: MeasuredCell): boolean {
  return kindOf(cell) === 'throughput' && cell.rateMbps > 0 && cell.queuePackets < SHORT_QUEUE_PACKETS
}

export function unitOf(cell: MeasuredCell): 'ms' | 'Mbps' {
  const kind = kindOf(cell)
  return kind === 'latency' || kind === 'ssh set-up' ? 'ms' : 'Mbps'
}

/** Returns the name of a cell in tables and on the command line, which is unique in a file. */
export function nameOf({ stack, rateMbps, queuePackets, loss, cc, rttMs, path, what }: MeasuredCell): string {
  const way = rateMbps === 0 ? 'loopback' : `${rttMs}ms ${rateMbps}Mbps q${queuePackets}`
  return `${stack} ${way} ${percent(loss)} ${cc} ${path} ${what}`
}

/** Returns a ratio in percent without binary rounding errors: 0.07 is 7%. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(12))}%`
}
