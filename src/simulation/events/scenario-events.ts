import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NONE } from '../../engine/table.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { Network } from '../../network/network.ts'
import type { Processors } from '../../network/processor.ts'
import type { Tcp } from '../../transport/tcp.ts'
import type { PlannedEvent, PodDeletion } from './plan-events.ts'

/** An event of the scenario begins. The target is the event. */
export const SCENARIO_EVENT_BEGINS = new EventKind('scenario event begins')
/** An event of the scenario ends. The target is the event. */
export const SCENARIO_EVENT_ENDS = new EventKind('scenario event ends')

class PendingCount implements ArenaTable {
  count!: Int32Array

  layOut(columns: Columns): void {
    this.count = columns.int32()
  }
}

/** A part whose state on a host is lost when the host restarts. */
export interface Restartable {
  restart(host: number): void
  /** Removes the state about a deleted pod. If absent, `forget` is called for the pod's own host. */
  deletePod?(pod: number, endpoint: number, terminatingNs: number): void
}

/** The parts that events of a scenario act on. */
export interface ScenarioEventsParts {
  readonly arena: Arena
  readonly timeline: Timeline
  readonly network: Network
  readonly tcp: Tcp
  readonly processors: Processors
  readonly restartables: readonly Restartable[]
  readonly events: readonly PlannedEvent[]
  readonly target: number
}

/** Executes the events of a scenario: links that go down or change, hosts that restart, pods that are deleted. */
export class ScenarioEvents {
  private readonly timeline: Timeline
  private readonly network: Network
  private readonly tcp: Tcp
  private readonly processors: Processors
  private readonly restartables: readonly Restartable[]
  private readonly events: readonly PlannedEvent[]
  private readonly target: number
  private readonly remaining = new PendingCount()

  constructor({ arena, timeline, network, tcp, processors, restartables, events, target }: ScenarioEventsParts) {
    this.timeline = timeline
    this.network = network
    this.tcp = tcp
    this.processors = processors
    this.restartables = restartables
    this.events = events
    this.target = target
    timeline.handle(SCENARIO_EVENT_BEGINS, target, (_, event) => this.onEvent(event, true))
    timeline.handle(SCENARIO_EVENT_ENDS, target, (_, event) => this.onEvent(event, false))
    arena.attach(this.remaining, 1)
  }

  get areAllDone(): boolean {
    return this.remaining.count[0] === 0
  }

  /** Schedules all events. Those at tick 0 are executed at once, before anything else. */
  schedule(): void {
    this.events.forEach(({ atNs, forNs }, index) => {
      this.remaining.count[0] += forNs === null ? 1 : 2
      this.at(atNs, SCENARIO_EVENT_BEGINS, index)
      if (forNs !== null) this.at(atNs + forNs, SCENARIO_EVENT_ENDS, index)
    })
  }

  /** Handles the events SCENARIO_EVENT_BEGINS and SCENARIO_EVENT_ENDS. */
  private onEvent(index: number, begins: boolean): void {
    const event = this.events[index]
    const { directions } = this.network
    this.remaining.count[0]--
    switch (event.kind) {
      case 'link-state':
        for (const direction of event.directions) this.network.setLinkState(direction, event.isUp === begins)
        return
      case 'set-link':
        for (const { direction, options, before } of event.changes)
          directions.configure(directions.rowOf(direction), begins ? options : before)
        return
      case 'restart':
        this.processors.discardWork(event.host)
        for (const restartable of this.restartables) restartable.restart(event.host)
        this.tcp.restart(event.host)
        return
      case 'delete-pod':
        return this.deletePod(event)
    }
  }

  private deletePod({ pod, endpoint, host, directions, terminatingNs }: PodDeletion): void {
    for (const restartable of this.restartables) {
      if (restartable.deletePod !== undefined) restartable.deletePod(pod, endpoint, terminatingNs)
      else if (host !== NONE) restartable.restart(host)
    }
    if (host === NONE) return
    this.processors.discardWork(host)
    this.tcp.restart(host)
    for (const direction of directions) this.network.setLinkState(direction, false)
  }

  private at(tick: number, kind: EventKind, index: number): void {
    if (tick > this.timeline.now) this.timeline.schedule(tick, this.target, kind, index)
    else this.onEvent(index, kind === SCENARIO_EVENT_BEGINS)
  }
}
