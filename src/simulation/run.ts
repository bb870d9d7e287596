import { LONGEST_RUN_NS } from '../engine/ticks.ts'
import type { Expectation } from '../measure/expectation.ts'
import type { Result } from '../measure/result.ts'
import type { Blueprint } from './blueprint.ts'
import { collectResult } from './collect/collect-result.ts'
import { expandBlueprint } from './expansion/expand.ts'
import { type DescribedPacket, PacketRecorder } from './packet-recorder.ts'
import { makePlan } from './plan/make-plan.ts'
import { Simulation } from './simulation.ts'
import { compareSteps } from './twins.ts'

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
  const simulation = new Simulation(makePlan(expandBlueprint(blueprint)))
  const recorder =
    options.recordPackets === true ? new PacketRecorder(simulation.network, options.describePacket) : null
  const before = forkBefore(simulation, options)
  if (before === null) simulation.begin()
  const ended = runToEnd(simulation, options)
  const comparisons = compareSteps(simulation, before, (twin, untilTick) => runTwin(twin, options, untilTick))
  const isPerInstance = options.perInstance === true
  return {
    result: collectResult(simulation, blueprint, expectations, ended, isPerInstance, comparisons),
    packetDigests: recorder?.digests() ?? new Uint32Array(0),
    describedPacket: described(simulation, recorder),
  }
}

function described({ plan }: Simulation, recorder: PacketRecorder | null): NonNullable<Run['describedPacket']> | null {
  const packet = recorder?.described ?? null
  return packet === null ? null : { ...packet, link: plan.directions[packet.direction].name }
}

/**
 * The simulation has begun, and is where the first of the attackers would do something; what it was there. null: there
 * are none, or one is at work from the begin.
 */
function forkBefore(simulation: Simulation, options: RunOptions): Simulation | null {
  const { attack } = simulation.plan
  if (attack === null) return null
  const firstTick = attack.steps.reduce((first, { startTick }) => Math.min(first, startTick), LONGEST_RUN_NS)
  if (firstTick <= 1) return null
  simulation.begin()
  runToEnd(simulation, options, firstTick - 1)
  return simulation.fork()
}

/** The twin's time is no part of the budget, and who wants to stop has had what there is. */
function runTwin(
  twin: Simulation,
  { maxEvents = Number.POSITIVE_INFINITY, shouldStop }: RunOptions,
  untilTick: number,
): void {
  runToEnd(twin, { maxEvents, ...(shouldStop === undefined ? {} : { shouldStop }) }, untilTick)
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
