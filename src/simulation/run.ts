import { OutOfMemory } from '../engine/arena.ts'
import { LONGEST_RUN_NS } from '../engine/ticks.ts'
import type { Expectation } from '../measure/expectation.ts'
import type { Result } from '../measure/result.ts'
import { bothPacketObservers } from '../network/packet-observer.ts'
import { CPU_FIGURES } from '../security/cpu-profiles.ts'
import type { Blueprint } from './blueprint.ts'
import { BudgetExceeded } from './budget.ts'
import { collectResult } from './collect-result.ts'
import { type Beginning, compareSteps, type KnownQuietRun, needsCounterpart } from './counterparts.ts'
import { expandBlueprint } from './expand.ts'
import type { ExpandedBlueprint } from './expanded-blueprint.ts'
import { makePlan } from './make-plan.ts'
import { checkNamedCode, checkOwnCode } from './own-code/check-own-code.ts'
import { checkedObserver } from './own-code/checked-observer.ts'
import type { OwnCode } from './own-code/own-code.ts'
import { withOwnAttackers } from './own-code/plan-own-code.ts'
import { type DescribedPacket, PacketRecorder } from './packet-recorder.ts'
import { keyOfQuietRun, type QuietRuns } from './quiet-runs.ts'
import type { RunLimits } from './run-limits.ts'
import type { SampleRequest } from './sampling/sample-request.ts'
import { Sampler } from './sampling/sampler.ts'
import type { Series } from './sampling/series.ts'
import { Simulation } from './simulation.ts'

/** The part of a checked scenario that a run needs. */
interface RunnableScenario {
  readonly blueprint: Blueprint
  readonly expectations: readonly Expectation[]
}

/** Options of `run`. */
export interface RunOptions extends RunLimits, OwnCode {
  readonly recordPackets?: boolean
  /** The number, in the order of delivery, of a packet that the run describes. Needs `recordPackets`. */
  readonly describePacket?: number
  /**
   * Called with the simulation before it begins, to attach observers. They must not change anything, and do not see the
   * counterparts that verdicts need.
   */
  readonly observe?: (simulation: Simulation) => void
  /** The samples to take during the run. They change neither the result nor the packets. */
  readonly samples?: readonly SampleRequest[]
  /** True if the result also shows a workload on several paths once for each path. */
  readonly perInstance?: boolean
  /**
   * The quiet runs of similar scenarios, which save this scenario its own. Only for runs without limits and without
   * objects of a user.
   */
  readonly quietRuns?: QuietRuns
}

/** A run: its result, and the records of its packets. */
export interface Run {
  readonly result: Result
  /** A 32-bit digest of each delivered packet, in the order of delivery; empty without `recordPackets`. */
  readonly packetDigests: Uint32Array
  /** The packet with the number `describePacket`; null if it was not delivered, or none was asked for. */
  readonly describedPacket?: (DescribedPacket & { readonly link: string }) | null
  /**
   * The series for `samples`: for each request, link directions by name, then connections in the order in which they
   * began.
   */
  readonly samples?: readonly Series[]
}

const DEFAULT_MEMORY_BYTES = 2_147_483_648

/**
 * The number of events between two reports. Some events take a millisecond, such as those that end many connections,
 * and an interruption should not wait for many of them.
 */
const EVENTS_BETWEEN_REPORTS = 2_000

/** Runs a checked scenario to its end, with the counterparts that verdicts on attacks need. */
export function run(scenario: RunnableScenario, options: RunOptions = {}): Run {
  return takeAllTurns(runInTurns(scenario, options))
}

/**
 * Does the work of `run` in turns of some thousand events. The caller can do something else between turns. Counterparts
 * run in the last turn.
 */
export function* runInTurns(scenario: RunnableScenario, options: RunOptions): Generator<undefined, Run> {
  return yield* inMemory(scenario, options, (simulation, blueprint, expanded) =>
    runSimulation(
      simulation,
      { ...scenario, blueprint },
      options,
      quietRunOf(simulation, blueprint, expanded, options),
    ),
  )
}

/** Takes all turns of a run. Returns the value of the last turn. */
export function takeAllTurns<Value>(turns: Generator<undefined, Value>): Value {
  for (;;) {
    const turn = turns.next()
    if (turn.done === true) return turn.value
  }
}

/** Runs a checked scenario to its end for observers (`observe`) only, without a result and without counterparts. */
export function runForObservers(scenario: { readonly blueprint: Blueprint }, options: RunOptions): void {
  takeAllTurns(observeInTurns(scenario, options))
}

/** Does the work of `runForObservers` in turns of some thousand events. */
export function* observeInTurns(
  scenario: { readonly blueprint: Blueprint },
  options: RunOptions,
): Generator<undefined, void> {
  yield* inMemory(scenario, options, function* (simulation) {
    observe(simulation, options)
    simulation.begin()
    yield* runOn(simulation, options, null)
  })
}

/**
 * Builds the simulation of a scenario with the attackers of a user added, and takes the turns of `use` with it and its
 * blueprint.
 * @throws BudgetExceeded when it needs too much memory
 * @throws InvalidOwnCode for invalid objects of a user
 */
function* inMemory<Value>(
  scenario: { readonly blueprint: Blueprint },
  options: RunOptions,
  use: (simulation: Simulation, blueprint: Blueprint, expanded: ExpandedBlueprint) => Generator<undefined, Value>,
): Generator<undefined, Value> {
  const { maxMemoryBytes = DEFAULT_MEMORY_BYTES, onProgress } = options
  checkOwnCode(options)
  checkNamedCode(scenario.blueprint, options)
  const blueprint = withOwnAttackers(scenario.blueprint, options)
  const expanded = expandBlueprint(blueprint)
  const plan = makePlan(expanded, CPU_FIGURES, options)
  let simulation: Simulation | null = null
  try {
    simulation = new Simulation(plan)
    simulation.limitMemory(maxMemoryBytes)
    onProgress?.(0, 0)
    return yield* use(simulation, blueprint, expanded)
  } catch (error) {
    if (!(error instanceof OutOfMemory)) throw error
    throw new BudgetExceeded(simulation?.events ?? 0, simulation?.timeline.now ?? 0, 'memory')
  }
}

function* runSimulation(
  simulation: Simulation,
  { blueprint, expectations }: RunnableScenario,
  options: RunOptions,
  quiet: KnownQuietRun | null,
): Generator<undefined, Run> {
  const recorder =
    options.recordPackets === true ? new PacketRecorder(simulation.network, options.describePacket) : null
  observe(simulation, options)
  const { samples = [] } = options
  const sampler = samples.length === 0 ? null : new Sampler(simulation, samples, blueprint)
  const beginning = begin(simulation, options, sampler)
  const ended = yield* runOn(simulation, options, sampler)
  const isObserved = options.observe !== undefined || simulation.network.observer !== null
  const runUntil = (counterpart: Simulation, untilTick: number) => runCounterpart(counterpart, options, untilTick)
  const comparisons = compareSteps(simulation, beginning, isObserved, runUntil, quiet)
  const isPerInstance = options.perInstance === true
  return {
    result: collectResult(simulation, blueprint, expectations, ended, isPerInstance, comparisons),
    packetDigests: recorder?.digests() ?? new Uint32Array(0),
    describedPacket: described(simulation, recorder),
    ...(sampler === null ? {} : { samples: sampler.series() }),
  }
}

/** Returns the shared quiet run of a scenario; null without shared runs. A run that was stopped is not kept. */
function quietRunOf(
  { plan }: Simulation,
  blueprint: Blueprint,
  expanded: ExpandedBlueprint,
  { quietRuns, shouldStop }: RunOptions,
): KnownQuietRun | null {
  if (quietRuns === undefined) return null
  let key: string | null = null
  const keyOf = () => {
    key ??= keyOfQuietRun(blueprint, expanded, plan)
    return key
  }
  return {
    find: () => quietRuns.find(keyOf(), plan),
    keep: (aftermath) => {
      if (shouldStop?.() !== true) quietRuns.keep(keyOf(), plan, aftermath)
    },
  }
}

/** Attaches the observers. */
function observe(simulation: Simulation, { observe: attach, observers = [] }: RunOptions): void {
  const { network } = simulation
  for (const own of observers) network.observer = bothPacketObservers(network.observer, checkedObserver(own))
  attach?.(simulation)
}

function described({ plan }: Simulation, recorder: PacketRecorder | null): NonNullable<Run['describedPacket']> | null {
  const packet = recorder?.described ?? null
  return packet === null ? null : { ...packet, link: plan.directions[packet.direction].name }
}

/**
 * Begins the simulation. If counterparts are needed, it runs to the tick before the first step that changes something,
 * and returns the state there. Otherwise it returns null.
 */
function begin(simulation: Simulation, options: RunOptions, sampler: Sampler | null): Beginning | null {
  const { attack } = simulation.plan
  const steps = attack === null || !attack.steps.some(needsCounterpart) ? [] : attack.steps
  const firstTick = steps.reduce((first, { startTick }) => Math.min(first, startTick), LONGEST_RUN_NS)
  const isLater = firstTick > 1
  const atOnce = steps.length > 0 && !isLater ? simulation.copyState() : null
  simulation.begin()
  if (steps.length === 0) return null
  if (atOnce !== null) return { state: atOnce, hasBegun: false }
  runToEnd(simulation, options, sampler, firstTick - 1)
  return { state: simulation.copyState(), hasBegun: true }
}

/** Runs a counterpart. It reports no progress, and its events do not count for `maxEvents`. */
function runCounterpart(
  counterpart: Simulation,
  { maxEvents = Number.POSITIVE_INFINITY, shouldStop }: RunOptions,
  untilTick: number,
): void {
  runToEnd(counterpart, { maxEvents, ...(shouldStop === undefined ? {} : { shouldStop }) }, null, untilTick)
}

function runToEnd(...run: Parameters<typeof runOn>): Result['ended'] {
  return takeAllTurns(runOn(...run))
}

/** Runs a simulation to its end or to a tick, in turns. Returns why it ended. */
function* runOn(
  simulation: Simulation,
  options: RunOptions,
  sampler: Sampler | null,
  untilTick = Number.POSITIVE_INFINITY,
): Generator<undefined, Result['ended']> {
  const {
    maxEvents = Number.POSITIVE_INFINITY,
    maxMemoryBytes = DEFAULT_MEMORY_BYTES,
    onProgress,
    shouldStop,
  } = options
  for (;;) {
    const budget = Math.min(maxEvents, simulation.events + EVENTS_BETWEEN_REPORTS)
    const pause = (sampler ?? simulation).runUntil(untilTick, budget)
    if (pause !== 'budget') return pause === 'duration' ? 'duration' : 'finished'
    if (simulation.events >= maxEvents) throw new BudgetExceeded(simulation.events, simulation.timeline.now)
    if (sampler !== null && sampler.bytes > maxMemoryBytes) throw new OutOfMemory(sampler.bytes)
    onProgress?.(simulation.timeline.now, simulation.events)
    yield
    if (shouldStop?.() === true) return 'interrupted'
  }
}
