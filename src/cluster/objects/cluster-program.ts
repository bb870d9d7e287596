import type { Arena } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Processors } from '../../network/processor.ts'
import type { CpuProfile } from '../../security/cpu-profile.ts'
import type { PathConnections } from '../../workload/path-connections.ts'
import type { SharedConnections } from '../../workload/shared-connections.ts'
import type { PathGates } from '../paths/path-gates.ts'
import type { ProgramClients } from './program-clients.ts'

/** Any other program (on the target host) continues. */
export const PROGRAM_TURN = new EventKind('program turn')

/** A program of the cluster that acts on its own, such as kube-proxy, on all its hosts. */
export interface ClusterProgram {
  /** Called at tick 0. */
  begin(): void
  /** Called when a host restarts: the program there loses its memory. */
  restart(host: number): void
  /**
   * Called when a pod is deleted. `endpoint` is its index among the pods that can restart or be deleted
   * (KubeProxyPlan).
   */
  deletePod?(endpoint: number): void
}

/** The parts that programs of the cluster use. */
export interface ProgramParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly processors: Processors
  readonly clients: ProgramClients
  readonly connections: PathConnections
  readonly shared: SharedConnections
  readonly gates: PathGates
  /** CPU profiles by host. */
  readonly cpus: readonly CpuProfile[]
}
