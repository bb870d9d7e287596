import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Processors } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { PathConnections } from '../../workload/path-connections.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import type { PathGates } from '../paths/path-gates.ts'
import type { ProgramClients } from './program-clients.ts'

/** A program of the cluster that acts by itself, on all hosts where it runs. */
export interface ClusterProgram {
  /** At tick 0. */
  begin(): void
  /** A host restarts: the program there loses what it had in memory. */
  restart(host: number): void
  /** A pod is deleted; its number among pods that restart or go (KubeProxyPlan). */
  deletePod?(endpoint: number): void
}

/** What programs are built from. */
export interface ProgramParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly processors: Processors
  readonly clients: ProgramClients
  readonly connections: PathConnections
  readonly shared: SharedConnections
  readonly gates: PathGates
  /** By host. */
  readonly cpus: readonly CpuProfile[]
}
