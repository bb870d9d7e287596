import type { ClusterProgram, ProgramParts } from '../../cluster/objects/cluster-program.ts'
import type { ResourceHandler } from '../../cluster/objects/object-store.ts'
import type { Arena } from '../../engine/arena.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Translation } from '../../network/translation.ts'
import type { ProgramContext } from '../plan/cluster/program-context.ts'

/** What handlers are built from. */
export interface HandlerParts {
  readonly arena: Arena
  readonly timeline: Timeline
  /** null: no address is virtual. */
  readonly translation: Translation | null
}

/** Programs of the cluster that work on the same objects. */
export interface ProgramDescriptor<
  Plan,
  Handler extends ResourceHandler,
  Programs extends Readonly<Record<string, ClusterProgram | null>>,
> {
  /** What they list and watch, which requests they send, and which objects there are. */
  plan(context: ProgramContext): Plan
  /** The apiserver's side of their objects. */
  handler(plan: Plan, parts: HandlerParts): Handler
  /** In the order in which they begin; null: there is none in this cluster. */
  programs(plan: Plan, handler: Handler, parts: ProgramParts): Programs
}
