import type { ClusterProgram, ProgramParts } from '../../cluster/objects/cluster-program.ts'
import { type Authorizer, ObjectStore, type ResourceHandler } from '../../cluster/objects/object-store.ts'
import { ProgramClients } from '../../cluster/objects/program-clients.ts'
import type { Upstreams } from '../../cluster/upstreams/upstreams.ts'
import type { ServiceContext } from '../build-context.ts'
import type { ProgramResults } from '../object-watches/program.ts'
import type { BackgroundPlan } from './plan-background.ts'
import { forAllPrograms, type ProgramHandlers, type ProgramName, type Programs } from './programs.ts'

/** The programs of a cluster that work without any workload, and the apiserver's handlers of their objects. */
export class Background {
  readonly handlers: ProgramHandlers
  readonly store: ObjectStore
  clients!: ProgramClients
  programs!: Programs
  private readonly context: ServiceContext
  private readonly plan: BackgroundPlan

  constructor(context: ServiceContext, plan: BackgroundPlan) {
    const { arena, timeline, answers, network } = context
    this.context = context
    this.plan = plan
    const parts = { arena, timeline, translation: network.translation }
    this.handlers = forAllPrograms<ProgramHandlers>((name, { handler }) => handler(plan.programs[name], parts))
    this.store = new ObjectStore({ ...context, fallback: answers, plan: plan.store, handlers: this.handlers })
  }

  /** Builds the programs. They need connections to send requests. */
  connect(
    upstreams: Upstreams,
    authorizer: Authorizer,
    others: Pick<ProgramParts, 'connections' | 'shared' | 'gates'>,
  ): void {
    const { context, handlers, store } = this
    for (const handler of Object.values(handlers)) handler.connect(store, authorizer)
    this.clients = new ProgramClients({ ...context, upstreams, plan: this.plan.store })
    const parts = { ...context, clients: this.clients, ...others }
    this.programs = forAllPrograms<Programs>((name, { programs }) =>
      programs(this.plan.programs[name], handlers[name], parts),
    )
  }

  begin(): void {
    for (const program of this.all()) program.begin()
  }

  restart(host: number): void {
    for (const program of this.all()) program.restart(host)
  }

  deletePod(pod: number, endpoint: number, terminatingNs: number): void {
    const handlers: readonly ResourceHandler[] = Object.values(this.handlers)
    for (const handler of handlers) handler.deletePod?.(pod, terminatingNs)
    for (const program of this.all()) program.deletePod?.(endpoint)
  }

  /** Returns the results of each group of programs. */
  results(): readonly ProgramResults[] {
    const { plan, handlers, programs } = this
    const results = forAllPrograms<Record<ProgramName, ProgramResults>>(
      (name, descriptor) => descriptor.results?.(plan.programs[name], handlers[name], programs[name]) ?? {},
    )
    return Object.values(results)
  }

  private all(): ClusterProgram[] {
    return Object.values(this.programs).flatMap((group) => Object.values(group).filter((program) => program !== null))
  }
}
