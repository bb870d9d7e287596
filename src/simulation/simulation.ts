import type { AttackRecord } from '../attack/attack-record.ts'
import type { Tunnels } from '../cluster/tunnels/tunnels.ts'
import { Arena, type ArenaState } from '../engine/arena.ts'
import { assert } from '../engine/assert.ts'
import { ProvisionalEvents } from '../engine/provisional-events.ts'
import { RadixQueue } from '../engine/radix-queue.ts'
import { LONGEST_RUN_NS } from '../engine/ticks.ts'
import { Timeline } from '../engine/timeline.ts'
import type { AccountTable } from '../network/account.ts'
import type { Network } from '../network/network.ts'
import { PACKET_ARRIVAL } from '../network/packets-in-flight.ts'
import type { Processors } from '../network/processor.ts'
import { WORK_DONE } from '../network/processor.ts'
import type { Tcp } from '../transport/tcp.ts'
import { CONNECTION_TIMER } from '../transport/timing/timers.ts'
import { REQUEST_TIMEOUT } from '../workload/heartbeats.ts'
import type { Workloads } from '../workload/workloads.ts'
import { EVENT_KINDS } from './event-kinds.ts'
import { IdleWakeUps } from './idle-wake-ups.ts'
import { buildParts, type Parts } from './parts.ts'
import type { Plan } from './plan.ts'

/** The reason why `runUntil` returned. */
export type Pause = 'finished' | 'duration' | 'tick' | 'budget'

/** The state of a simulation at a tick. */
export interface SimulationState {
  readonly arena: ArenaState
  readonly now: number
  readonly events: number
  readonly lastEventTick: number
}

/** A rough size of the state of an idle host with its links, in bytes. It is a hint, and no result depends on it. */
const BYTES_OF_HOST = 4_096
/** Smaller states are not allocated in advance; they grow with their tables. */
const SMALL_BYTES = 1 << 22

/** Returns the expected initial size of the state in bytes; 0 for a small state. */
function expectedBytes({ hosts }: Plan): number {
  const bytes = hosts.length * BYTES_OF_HOST
  return bytes < SMALL_BYTES ? 0 : bytes
}

/**
 * A simulation. All state that changes is in one arena, so a fork is a copy of that arena. Everything else is in the
 * immutable plan. `parts.ts` lists the parts.
 */
export class Simulation {
  readonly plan: Plan
  readonly timeline: Timeline
  readonly parts: Parts
  // Nearly every event uses these fields. Reading them from `parts`, an object assembled by spreads, is slower.
  readonly network: Network
  readonly workloads: Workloads
  readonly processors: Processors
  private readonly tcp: Tcp
  private readonly arena: Arena
  private readonly pending: RadixQueue
  private readonly provisional: ProvisionalEvents
  /** The number of deliveries, due timers and finished work so far. */
  private eventCount = 0
  /**
   * The tick of the last counted event. The constructor sets it, because a field that does not begin with an integer
   * stays a double.
   */
  private lastEventTick = Number.NaN
  private readonly idleWakeUps = new IdleWakeUps()
  private readonly pool: Simulation[]

  constructor(plan: Plan, pool: Simulation[] = []) {
    this.plan = plan
    this.pool = pool
    this.arena = new Arena(expectedBytes(plan))
    this.pending = new RadixQueue(this.arena)
    this.provisional = new ProvisionalEvents(this.arena, this.pending)
    this.timeline = new Timeline(this.pending, this.provisional)
    this.parts = buildParts({ plan, arena: this.arena, timeline: this.timeline })
    this.network = this.parts.network
    this.workloads = this.parts.workloads
    this.processors = this.parts.processors
    this.tcp = this.parts.tcp
    this.lastEventTick = 0
  }

  /**
   * Limits the memory of the state, of this simulation and of each of its forks. OutOfMemory is thrown beyond it, now
   * or later.
   */
  limitMemory(bytes: number): void {
    this.arena.limitTo(bytes)
  }

  get accounts(): AccountTable {
    return this.parts.accounts
  }

  get tunnels(): Tunnels {
    return this.parts.tunnels
  }

  /** Starts everything that starts at tick 0. */
  begin(): void {
    this.parts.scenarioEvents.schedule()
    this.parts.tunneler.begin()
    this.parts.nodeLifecycle.begin()
    this.parts.cluster.background?.begin()
    if (this.parts.paths.dialWarm()) this.workloads.begin()
    this.parts.attack?.scheduler.begin()
  }

  /**
   * Runs until everything is done, the scenario's duration or `untilTick` is reached, or `maxEvents` events were
   * counted in total.
   */
  runUntil(untilTick: number, maxEvents: number): Pause {
    const { processors } = this
    processors.beginHolding()
    const pause = this.takeEvents(untilTick, maxEvents)
    processors.endHolding()
    return pause
  }

  private takeEvents(untilTick: number, maxEvents: number): Pause {
    const { pending, processors, provisional } = this
    const { firstDirection } = this.plan.targets
    const endTick = Math.min(this.plan.durationNs ?? LONGEST_RUN_NS, LONGEST_RUN_NS)
    const lastTick = Math.min(untilTick, endTick)
    pending.lastTick = Math.min(lastTick, provisional.firstCheckTick)
    this.idleWakeUps.begin()
    while (!this.isFinished) {
      if (processors.holds) {
        if (this.eventCount < maxEvents && this.isHeldWorkNext()) {
          this.finishHeldWork()
          continue
        }
        processors.enqueueHeld()
      }
      if (!pending.isDue() && !this.isDueAfterChecks(lastTick)) {
        const next = pending.nextTick()
        // No event is pending, although a part is still waiting for one.
        const isOpenEnded = untilTick === Number.POSITIVE_INFINITY && this.plan.durationNs === null
        if (next === Number.POSITIVE_INFINITY && provisional.size === 0 && isOpenEnded) return this.finishWaiting()
        this.timeline.now = lastTick
        return lastTick === endTick ? 'duration' : 'tick'
      }
      if (this.eventCount >= maxEvents) return 'budget'
      pending.pop()
      this.eventCount++
      this.timeline.now = pending.tick
      // Nearly all events are arrivals. Calling `dispatch` for them would take longer than handling them.
      if (pending.kind === PACKET_ARRIVAL.number) {
        this.lastEventTick = pending.tick
        this.network.arrive(pending.target - firstDirection, pending.argument)
      } else this.dispatchTimed(pending.target, pending.kind, pending.argument)
    }
    return 'finished'
  }

  /** Returns whether the work on the processors ends within the run, and before any other event. */
  private isHeldWorkNext(): boolean {
    const { pending } = this
    const { heldTick } = this.processors
    return heldTick <= pending.lastTick && heldTick < pending.nextTick()
  }

  private finishHeldWork(): void {
    this.eventCount++
    this.timeline.now = this.processors.heldTick
    this.lastEventTick = this.processors.heldTick
    this.processors.finishHeld()
  }

  /**
   * Ends a run in which nothing more can happen. It ends at its last event; idle wake-ups and pauses after that do not
   * count.
   */
  private finishWaiting(): Pause {
    this.timeline.now = this.lastEventTick
    return 'finished'
  }

  /** The state of the attackers; null for none. */
  get attack(): AttackRecord | null {
    return this.parts.attack?.record ?? null
  }

  /** The number of events so far: deliveries, due timers and finished work. Idle wake-ups of timers do not count. */
  get events(): number {
    return this.eventCount
  }

  /** The tick of the next event; Infinity if there is none. */
  get nextTick(): number {
    if (this.isFinished) return Number.POSITIVE_INFINITY
    while (this.provisional.firstCheckTick < this.pending.nextTick()) this.checkProvisional()
    return this.pending.nextTick()
  }

  get isFinished(): boolean {
    const { workloads } = this
    if (!workloads.areAllDone && !workloads.areStuck) return false
    const { scenarioEvents, attack } = this.parts
    return scenarioEvents.areAllDone && attack?.scheduler.areAllDone !== false
  }

  /**
   * Returns a second simulation with the same state. It continues independently, and reaches the same digests as a run
   * without a fork. `release` gives its memory to the next fork. Packet rules are copied, observers are not.
   */
  fork(): Simulation {
    const fork = this.pool.pop() ?? new Simulation(this.plan, this.pool)
    fork.arena.copyFrom(this.arena)
    fork.network.rules.shareOf(this.network.rules)
    fork.network.observer = null
    fork.timeline.now = this.timeline.now
    fork.eventCount = this.eventCount
    fork.lastEventTick = this.lastEventTick
    return fork
  }

  /** Returns a copy of the state. */
  copyState(): SimulationState {
    return { arena: this.arena.copy(), ...this.progress() }
  }

  /**
   * Continues from another state (of this simulation or of one with the same plan), and returns the present state. The
   * given state is not copied, so it can be used once.
   */
  exchangeState({ arena, now, events, lastEventTick }: SimulationState): SimulationState {
    const present = { arena: this.arena.exchange(arena), ...this.progress() }
    this.timeline.now = now
    this.eventCount = events
    this.lastEventTick = lastEventTick
    return present
  }

  /** Returns the part of the state outside the arena. */
  private progress(): Omit<SimulationState, 'arena'> {
    return { now: this.timeline.now, events: this.eventCount, lastEventTick: this.lastEventTick }
  }

  /** The size of the state that a fork copies, in bytes. */
  get stateBytes(): number {
    return this.arena.sizeBytes
  }

  /** Returns the memory of a fork to the pool. The fork must not be used afterwards. */
  release(): void {
    this.pool.push(this)
  }

  /** Dispatches an event other than an arrival. An idle wake-up is not counted. */
  private dispatchTimed(target: number, kind: number, argument: number): void {
    const { timeline } = this
    this.dispatch(target, kind, argument)
    if (!timeline.isIdleWakeUp) {
      this.lastEventTick = timeline.now
      return
    }
    timeline.isIdleWakeUp = false
    this.eventCount--
    this.idleWakeUps.note(this.eventCount, this.pending.size + this.provisional.size)
  }

  private dispatch(target: number, kind: number, argument: number): void {
    const { firstHost } = this.plan.targets
    // Most other events are WORK_DONE, so the call is direct.
    if (kind === WORK_DONE.number) return this.processors.finish(target - firstHost, argument)
    if (kind === CONNECTION_TIMER.number) return this.tcp.onTimer(target - firstHost, argument)
    this.timeline.dispatch(target, kind, argument)
  }

  /** Checks provisional events until one event is due. Returns whether an event is at `lastTick` or before. */
  private isDueAfterChecks(lastTick: number): boolean {
    const { pending, provisional } = this
    while (provisional.firstCheckTick <= lastTick) {
      this.checkProvisional()
      pending.lastTick = Math.min(lastTick, provisional.firstCheckTick)
      if (pending.isDue()) return true
    }
    return false
  }

  /** Takes the next provisional event, and makes it a pending event if it is still needed. */
  private checkProvisional(): void {
    const { firstTick, firstTarget, firstKind, firstArgument } = this.provisional
    this.provisional.removeFirst()
    if (this.isNeeded(firstTick, firstTarget, firstKind, firstArgument))
      this.timeline.schedule(firstTick, firstTarget, EVENT_KINDS[firstKind], firstArgument)
  }

  private isNeeded(tick: number, target: number, kind: number, argument: number): boolean {
    const { targets } = this.plan
    if (kind === CONNECTION_TIMER.number) return this.tcp.needsTimerEvent(target - targets.firstHost, argument, tick)
    assert(kind === REQUEST_TIMEOUT.number, `every kind of provisional events can be checked: ${kind}`)
    return this.workloads.needsTimeout(target - targets.firstWorkload, argument)
  }
}
