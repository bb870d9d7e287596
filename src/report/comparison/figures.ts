import type { WorkloadResult } from '../../measure/result.ts'

/** A figure of a workload, and whether lower or higher values are better. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly better: 'lower' | 'higher' | 'neither'
  readonly value: (workload: WorkloadResult) => number | null
}

export const FIGURES: readonly Figure[] = [
  lower('latency min', 'ms', (w) => w.latencyMs.min),
  lower('latency p50', 'ms', (w) => w.latencyMs.p50),
  lower('latency p95', 'ms', (w) => w.latencyMs.p95),
  lower('latency p99', 'ms', (w) => w.latencyMs.p99),
  lower('latency max', 'ms', (w) => w.latencyMs.max),
  lower('latency mean', 'ms', (w) => w.latencyMs.mean),
  lower('set-up', 'ms', (w) => w.setupMs),
  lower('tunnel set-up', 'ms', (w) => w.tunnelSetupMs),
  higher('throughput', 'Mbps', (w) => w.throughputMbps),
  higher('aggregate throughput', 'Mbps', (w) => w.aggregateMbps),
  higher('completed', 'requests', (w) => w.completed),
  lower('failed', 'requests', (w) => w.failed),
  lower('unfinished', 'requests', (w) => w.unfinished),
  lower('wire bytes', 'B', (w) => w.wireBytes),
  lower('packets', 'packets', (w) => w.packets),
  neither('body bytes', 'B', (w) => w.deliveredBytes),
]

function lower(name: string, unit: string, value: Figure['value']): Figure {
  return { name, unit, better: 'lower', value }
}

function higher(name: string, unit: string, value: Figure['value']): Figure {
  return { name, unit, better: 'higher', value }
}

function neither(name: string, unit: string, value: Figure['value']): Figure {
  return { name, unit, better: 'neither', value }
}
