/** What was measured under one set of conditions, over and over. */
export interface MeasuredCell {
  /** `go`, `nodejs`: real stacks; `ns-3`: another simulator. */
  readonly stack: string
  readonly onewayUs: number
  /** IP bytes; 0: loopback. */
  readonly rateMbps: number
  readonly queuePackets: number
  readonly loss: number
  readonly cc: string
  /** Of pings; what the link's delay derives from. */
  readonly rttMs: number
  readonly path: string
  /** `fresh`, `keep`, `setup`: ms; `bulkN`, `flow30s`: Mbps. */
  readonly what: string
  /** One for each repetition, in the order of the file. */
  readonly values: readonly number[]
  /** Of ns-3, the RngRun of each. */
  readonly runs?: readonly number[] | undefined
}

export type CellKind = 'latency' | 'ssh set-up' | 'throughput' | 'throughput under loss' | 'ns-3'

/** In the order of reports. */
export const CELL_KINDS: readonly CellKind[] = ['latency', 'ssh set-up', 'throughput', 'throughput under loss', 'ns-3']

export function kindOf({ stack, loss, what }: MeasuredCell): CellKind {
  if (stack === 'ns-3') return 'ns-3'
  if (what === 'setup') return 'ssh set-up'
  if (!what.startsWith('bulk')) return 'latency'
  return loss > 0 ? 'throughput under loss' : 'throughput'
}

export function unitOf(cell: MeasuredCell): 'ms' | 'Mbps' {
  const kind = kindOf(cell)
  return kind === 'latency' || kind === 'ssh set-up' ? 'ms' : 'Mbps'
}

/** Names the cell in tables and on the command line; no two of a file have the same. */
export function nameOf({ stack, rateMbps, queuePackets, loss, cc, rttMs, path, what }: MeasuredCell): string {
  const way = rateMbps === 0 ? 'loopback' : `${rttMs}ms ${rateMbps}Mbps q${queuePackets}`
  return `${stack} ${way} ${percent(loss)} ${cc} ${path} ${what}`
}

/** Without the noise of binary fractions: 0.07 is 7%. */
export function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(12))}%`
}
