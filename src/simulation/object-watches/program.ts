import type { ClusterProgram, ProgramParts } from '../../cluster/objects/cluster-program.ts'
import type { ResourceHandler } from '../../cluster/objects/object-store.ts'
import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { NodeResult, PodResult } from '../../measure/result.ts'
import type { Translation } from '../../network/translation.ts'
import type { ProgramContext } from './plan-objects.ts'
import type { ConnectionsContext, ProgramConnections } from './program-connections.ts'

/** The parts from which handlers are built. */
export interface HandlerParts {
  readonly arena: Arena
  readonly timeline: Timeline
  /** The address translation; null when no address is virtual. */
  readonly translation: Translation | null
}

/** The part of a result that a group of programs reports. */
export interface ProgramResults {
  /** The results of nodes, by name. */
  readonly nodes?: ReadonlyMap<string, Pick<NodeResult, 'joinedNs' | 'certificates'>>
  readonly pods?: readonly PodResult[]
}

/** Describes programs of the cluster that work on the same objects. */
export interface ProgramDescriptor<
  Plan,
  Handler extends ResourceHandler,
  Programs extends Readonly<Record<string, ClusterProgram | null>>,
> {
  /** Returns the connections and identities that they need in addition to those of kubelets. Absent: none. */
  connections?(context: ConnectionsContext): ProgramConnections
  /** Plans their lists, watches, requests and objects. */
  plan(context: ProgramContext): Plan
  /** Builds the apiserver's handler of these objects. */
  handler(plan: Plan, parts: HandlerParts): Handler
  /** Builds the programs, in the order in which they start; null if this cluster has no such program. */
  programs(plan: Plan, handler: Handler, parts: ProgramParts): Programs
  /** Reads the results after a run. Absent: they report nothing. */
  results?(plan: Plan, handler: Handler, programs: Programs): ProgramResults
}
