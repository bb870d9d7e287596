import { LONGEST_RUN_NS } from '../engine/ticks.ts'
import type { Expectation } from '../measure/expectation.ts'
import type { Result } from '../measure/result.ts'
import type { Blueprint } from './blueprint.ts'
import { collectResult } from './collect/collect-result.ts'
import { type DescribedPacket, PacketRecorder } from './packet-recorder.ts'
import { makePlan } from './plan/make-plan.ts'
import { Simulation } from './simulation.ts'

export interface RunOptions {
  /** At least 1; past it, BudgetExceeded is thrown. */
  readonly maxEvents?: number
  readonly recordPackets?: boolean
  /** The number of a packet, in the order of delivery, that the run is to describe; with `recordPackets`. */
  readonly describePacket?: number
  /** Workloads on several paths show what came of each as well. */
  readonly perInstance?: boolean
  /** Called now and then, with the tick reached. */
  readonly onProgress?: (simulatedNs: number) => void
  /** Asked now and then; true ends the run where it is, with what it has so far. */
  readonly shouldStop?: () => boolean
}

export interface Run {
  readonly result: Result
  /** One 32-bit digest a delivered packet, in delivery order; empty unless they were asked for. */
  readonly packetDigests: Uint32Array
  /** Null: nobody asked, or there was no such packet. */
  readonly describedPacket?: (DescribedPacket & { readonly link: string }) | null
}

/** The scenario wants more events than it was allowed. */
export class BudgetExceeded extends Error {
  readonly events: number
  readonly simulatedNs: number

  constructor(events: number, simulatedNs: number) {
    super(`the event budget of ${events} is spent at tick ${simulatedNs}`)
    this.name = 'BudgetExceeded'
    this.events = events
    this.simulatedNs = simulatedNs
  }
}

const EVENTS_BETWEEN_REPORTS = 200_000

/** Runs a checked scenario to its end. */
export function run(
  scenario: { readonly blueprint: Blueprint; readonly expectations: readonly Expectation[] },
  options: RunOptions = {},
): Run {
  const { blueprint, expectations } = scenario
  const simulation = new Simulation(makePlan(blueprint))
  const recorder =
    options.recordPackets === true ? new PacketRecorder(simulation.network, options.describePacket) : null
  const twin = forkTwin(simulation, options)
  if (twin === null || !twin.hasBegun) simulation.begin()
  const ended = runToEnd(simulation, options)
  if (twin !== null) runTwin(twin.simulation, options)
  const isPerInstance = options.perInstance === true
  return {
    result: collectResult(simulation, blueprint, expectations, ended, isPerInstance, twin?.simulation ?? null),
    packetDigests: recorder?.digests() ?? new Uint32Array(0),
    describedPacket: described(simulation, recorder),
  }
}

function described({ plan }: Simulation, recorder: PacketRecorder | null): NonNullable<Run['describedPacket']> | null {
  const packet = recorder?.described ?? null
  return packet === null ? null : { ...packet, link: plan.directions[packet.direction].name }
}

/** The same simulation, in which attackers do nothing from where the first of them would; null: there are none. */
function forkTwin(
  simulation: Simulation,
  options: RunOptions,
): { readonly simulation: Simulation; readonly hasBegun: boolean } | null {
  const { attack } = simulation.plan
  if (attack === null) return null
  const firstTick = attack.steps.reduce((first, { startTick }) => Math.min(first, startTick), LONGEST_RUN_NS)
  const hasBegun = firstTick > 1
  if (hasBegun) {
    simulation.begin()
    runToEnd(simulation, options, firstTick - 1)
  }
  const twin = simulation.fork()
  twin.attack?.state.silence()
  if (!hasBegun) twin.begin()
  return { simulation: twin, hasBegun }
}

/** The twin's time is no part of the budget, and who wants to stop has had what there is. */
function runTwin(twin: Simulation, { maxEvents = Number.POSITIVE_INFINITY, shouldStop }: RunOptions): void {
  runToEnd(twin, { maxEvents, ...(shouldStop === undefined ? {} : { shouldStop }) })
}

function runToEnd(simulation: Simulation, options: RunOptions, untilTick = Number.POSITIVE_INFINITY): Result['ended'] {
  const { maxEvents = Number.POSITIVE_INFINITY, onProgress, shouldStop } = options
  for (;;) {
    const budget = Math.min(maxEvents, simulation.events + EVENTS_BETWEEN_REPORTS)
    const pause = simulation.runUntil(untilTick, budget)
    if (pause !== 'budget') return pause === 'duration' ? 'duration' : 'finished'
    if (simulation.events >= maxEvents) throw new BudgetExceeded(simulation.events, simulation.timeline.now)
    onProgress?.(simulation.timeline.now)
    if (shouldStop?.() === true) return 'interrupted'
  }
}
