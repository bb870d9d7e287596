import type { Row } from '../engine/table.ts'

/** A row of a table of workloads with all instances of their paths (latency-counts.ts). */
export type DeclaredWorkload = Row<'DeclaredWorkload'>

/** A row of DueChunkTable (chunk-times.ts). */
export type DueChunk = Row<'DueChunk'>

/** A row of AttemptTable (workload-table.ts). */
export type Attempt = Row<'Attempt'>

/** A row of FailureTable (workload-table.ts). */
export type Failure = Row<'Failure'>

/** A row of HeartbeatTable (heartbeat-table.ts). */
export type Heartbeat = Row<'Heartbeat'>

/** A row of HttpClientTable (http-client-table.ts). */
export type HttpClient = Row<'HttpClient'>

/** A row of IdleLossTable (workload-table.ts). */
export type IdleLosses = Row<'IdleLosses'>

/** A row of KeyTable (keystrokes.ts). */
export type Key = Row<'Key'>

/** A row of OctaveTable (latency-counts.ts). */
export type Octave = Row<'Octave'>

/** A row of PathTable (path-connection-table.ts). */
export type Path = Row<'Path'>

/** A row of PathConnectionTable (path-connection-table.ts). */
export type PathConnection = Row<'PathConnection'>

/** A sample of SampleLog (sample-log.ts). */
export type Sample = Row<'Sample'>

/** A row of LongLatencyTable (sample-log.ts). */
export type LongLatency = Row<'LongLatency'>

/** A row of ServingTable (serving-table.ts). */
export type Serving = Row<'Serving'>

/** A row of SessionTable (streaming/session-table.ts). */
export type StreamSession = Row<'StreamSession'>

/** A row of SetupTable (workload-table.ts). */
export type Setup = Row<'Setup'>

/** A row of WorkloadTable (workload-table.ts). */
export type Workload = Row<'Workload'>
