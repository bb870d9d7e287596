import { stringify } from 'csv-stringify/sync'
import type { WorkloadResult } from '../../measure/result.ts'
import { wireBytesPerBodyByte } from './efficiency.ts'
import type { RunFile } from './run-format.ts'

type Column = readonly [header: string, value: (workload: WorkloadResult) => string | number | null]

/** A row a workload; units in the headers; an empty cell where there is no figure. */
export const resultsCsv = {
  meaning: 'a row a workload',
  write(result) {
    return stringify([workloadHeader(), ...result.workloads.map(workloadCells)])
  },
} satisfies RunFile

export function workloadHeader(): string[] {
  return COLUMNS.map(([header]) => header)
}

export function workloadCells(workload: WorkloadResult): (string | number | null)[] {
  return COLUMNS.map(([, value]) => value(workload))
}

const COLUMNS: readonly Column[] = [
  ['workload', (w) => w.name],
  ['path', (w) => w.path],
  ['medium', (w) => w.medium],
  ['protection', (w) => w.protection],
  ['completed', (w) => w.completed],
  ['failed', (w) => w.failed],
  ['unfinished', (w) => w.unfinished],
  ['setup_ms', (w) => w.setupMs],
  ['tunnel_setup_ms', (w) => w.tunnelSetupMs],
  ['latency_min_ms', (w) => w.latencyMs.min],
  ['latency_p50_ms', (w) => w.latencyMs.p50],
  ['latency_p95_ms', (w) => w.latencyMs.p95],
  ['latency_p99_ms', (w) => w.latencyMs.p99],
  ['latency_max_ms', (w) => w.latencyMs.max],
  ['latency_mean_ms', (w) => w.latencyMs.mean],
  ['throughput_mbps', (w) => w.throughputMbps],
  ['aggregate_mbps', (w) => w.aggregateMbps],
  ['packets', (w) => w.packets],
  ['wire_bytes', (w) => w.wireBytes],
  ['body_bytes', (w) => w.deliveredBytes],
  ['wire_bytes_per_body_byte', wireBytesPerBodyByte],
  ['retransmission_ns', (w) => w.breakdownNs.retransmission],
  ['cpu_ns', (w) => w.breakdownNs.cpu],
  ['handshake_ns', (w) => w.breakdownNs.handshake],
  ['queueing_ns', (w) => w.breakdownNs.queueing],
  ['window_ns', (w) => w.breakdownNs.window],
  ['serialization_ns', (w) => w.breakdownNs.serialization],
  ['propagation_ns', (w) => w.breakdownNs.propagation],
  ['digest', (w) => w.digest],
]
