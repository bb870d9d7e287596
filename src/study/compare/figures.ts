import type { WorkloadResult } from '../../measure/result.ts'

/** A figure of a workload, and whether lower or higher values are better. */
export interface Figure {
  readonly name: string
  readonly unit: string
  /**
   * `neither` is for counts that only measure the amount of work: more requests also mean more packets. A count of
   * failures has a direction.
   */
  readonly better: 'lower' | 'higher' | 'neither'
  /** The column in the CSV of a sweep. */
  readonly column: string
  readonly value: (workload: WorkloadResult) => number | null
}

export const FIGURES: readonly Figure[] = [
  lower('latency min', 'ms', 'latency_min_ms', (w) => w.latencyMs.min),
  lower('latency p50', 'ms', 'latency_p50_ms', (w) => w.latencyMs.p50),
  lower('latency p95', 'ms', 'latency_p95_ms', (w) => w.latencyMs.p95),
  lower('latency p99', 'ms', 'latency_p99_ms', (w) => w.latencyMs.p99),
  lower('latency max', 'ms', 'latency_max_ms', (w) => w.latencyMs.max),
  lower('latency mean', 'ms', 'latency_mean_ms', (w) => w.latencyMs.mean),
  lower('set-up', 'ms', 'setup_ms', (w) => w.setupMs),
  lower('tunnel set-up', 'ms', 'tunnel_setup_ms', (w) => w.tunnelSetupMs),
  higher('throughput', 'Mbps', 'throughput_mbps', (w) => w.throughputMbps),
  higher('aggregate throughput', 'Mbps', 'aggregate_mbps', (w) => w.aggregateMbps),
  neither('completed', 'requests', 'completed', (w) => w.completed),
  lower('failed', 'requests', 'failed', (w) => w.failed),
  lower('unfinished', 'requests', 'unfinished', (w) => w.unfinished),
  neither('wire bytes', 'B', 'wire_bytes', (w) => w.wireBytes),
  neither('packets', 'packets', 'packets', (w) => w.packets),
  neither('body bytes', 'B', 'body_bytes', (w) => w.deliveredBytes),
]

function lower(name: string, unit: string, column: string, value: Figure['value']): Figure {
  return { name, unit, better: 'lower', column, value }
}

function higher(name: string, unit: string, column: string, value: Figure['value']): Figure {
  return { name, unit, better: 'higher', column, value }
}

function neither(name: string, unit: string, column: string, value: Figure['value']): Figure {
  return { name, unit, better: 'neither', column, value }
}
