import type { WorkloadResult } from '../../measure/result.ts'
import { type Column, csvTable } from '../csv.ts'
import { wireBytesPerBodyByte } from './requests.ts'
import type { RunFile } from './run-format.ts'

/** The figures of a workload, with their units in the headers. */
export const WORKLOAD_COLUMNS: readonly Column<WorkloadResult>[] = [
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
  ['attacker_ns', (w) => w.breakdownNs.attacker],
  ['retransmission_ns', (w) => w.breakdownNs.retransmission],
  ['cpu_ns', (w) => w.breakdownNs.cpu],
  ['handshake_ns', (w) => w.breakdownNs.handshake],
  ['queueing_ns', (w) => w.breakdownNs.queueing],
  ['window_ns', (w) => w.breakdownNs.window],
  ['serialization_ns', (w) => w.breakdownNs.serialization],
  ['propagation_ns', (w) => w.breakdownNs.propagation],
  ['digest', (w) => w.digest],
]

/** The file `results.csv`, with a line for each workload. */
export const resultsCsv = {
  meaning: 'a line for each workload',
  write: ({ workloads }) => csvTable(WORKLOAD_COLUMNS, workloads),
} satisfies RunFile
