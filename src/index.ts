/** The library. It reads a scenario from text and returns a result as a plain value; it uses no files and no console. */
import type { Result } from './measure/result.ts'
import {
  type CheckedScenario,
  type Loaded,
  loadScenario as load,
  type ScenarioOptions,
  type ScenarioSource,
} from './scenario/load.ts'
import { formatProblem } from './scenario/problems/format-problem.ts'
import type { Problem } from './scenario/problems/problem.ts'
import { checkArgument, checkShape, listOf, OBJECT, TEXT } from './simulation/given/check-given.ts'
import { CHECKED, LOAD_SHAPE, OWN_CODE_SHAPE, SIMULATE_SHAPE, SOURCE_SHAPE } from './simulation/given/shapes.ts'
import { checkDeterminism as compareRuns, type Determinism } from './simulation/own-code/check-determinism.ts'
import type { OwnCode } from './simulation/own-code/own-code.ts'
import { run } from './simulation/run.ts'
import type { SampleRequest } from './simulation/sampling/sample-request.ts'
import type { Series } from './simulation/sampling/series.ts'

export type { AttackVerdict } from './attack/agents/packet-code.ts'
export type * from './measure/result.ts'
export type * from './measure/verdict.ts'
export type { PacketStage } from './network/packet-observer.ts'
export { DROP, type InterceptionVerdict, type LinkVerdict, PASS, type RewrittenHeaders } from './network/packet-rule.ts'
export type { PacketView } from './network/packet-view.ts'
export type { Loaded, LoadedScenario, ScenarioSource } from './scenario/load.ts'
export type { ProblemCode } from './scenario/problems/problem-codes.ts'
export type { Blueprint } from './simulation/blueprint.ts'
export { BudgetExceeded } from './simulation/budget.ts'
export { InvalidOptions } from './simulation/given/check-given.ts'
export {
  type Attacker,
  InvalidOwnCode,
  type LinkRule,
  type Observer,
  type OwnCode,
  OwnCodeFailed,
  type Remembered,
} from './simulation/own-code/own-code.ts'
export { InvalidSampleRequest, type SampleRequest } from './simulation/sampling/sample-request.ts'
export type { ConnectionSeries, LinkSeries, Series } from './simulation/sampling/series.ts'
export {
  type CongestionControlDescriptor,
  congestionStateAt,
  slowStart,
  WINDOW_ONLY,
  windowBeforeLoss,
} from './transport/congestion/congestion-control.ts'
export type { CongestionColumns, CongestionControl } from './transport/connections/congestion-control.ts'
export type { RateSample } from './transport/connections/rate-sample.ts'
export type { Connection } from './transport/rows.ts'
export { type CheckedScenario, type Determinism, formatProblem, type Problem, type ScenarioOptions }

/** Options of `simulate` and `simulateText`. */
export interface SimulateOptions extends OwnCode {
  /** The largest number of events, at least 1; a run that needs more throws BudgetExceeded. Default: no limit. */
  readonly maxEvents?: number
  /**
   * The most memory that the state of the simulation may take; a run that needs more throws BudgetExceeded. Default: 2
   * GiB.
   */
  readonly maxMemoryBytes?: number
}

/**
 * Reads and checks a scenario. The result is a scenario that can be simulated, or all its problems; nothing in a scenario
 * makes it throw.
 * @throws InvalidOptions for arguments of another kind, and options that do not exist
 * @throws InvalidOwnCode for an object in `congestionControls` that is no congestion control
 * @example
 * const loaded = loadScenario({ text: readFileSync('wan.yaml', 'utf8'), file: 'wan.yaml' }, { seed: 7 })
 * if (!loaded.ok) console.error(loaded.problems.map(formatProblem).join('\n'))
 */
export function loadScenario(source: ScenarioSource, options: ScenarioOptions = {}): Loaded {
  checkShape('key of the source of loadScenario', source, SOURCE_SHAPE)
  checkShape('option of loadScenario', options, LOAD_SHAPE)
  return load(source, options)
}

/**
 * Runs a scenario twice, and a third time with a fork half-way that continues after the run from which it was forked, and
 * compares the packets. So it finds congestion controls, rules and attackers that use a clock or `Math.random`, and those
 * that remember something outside their state. It finds only what these runs show.
 * @throws InvalidOptions, InvalidOwnCode, OwnCodeFailed as `simulate` does
 */
export function checkDeterminism(scenario: Pick<CheckedScenario, 'blueprint'>, own: OwnCode): Determinism {
  checkArgument('scenario of checkDeterminism', scenario, CHECKED)
  checkShape('option of checkDeterminism', own, OWN_CODE_SHAPE)
  return compareRuns(scenario, own)
}

/**
 * Runs a scenario to its end. The same scenario gives the same result on every machine and engine.
 *
 * @throws InvalidOptions for arguments of another kind, and options that do not exist.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @throws InvalidOwnCode, OwnCodeFailed for objects in `options` that are not what they should be, or fail during the run.
 * @example
 * const loaded = loadScenario({ text, file: 'office.yaml' })
 * if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
 * const { workloads } = simulate(loaded.scenario)
 * console.log(workloads[0].latencyMs.p99)
 */
export function simulate(scenario: CheckedScenario, options: SimulateOptions = {}): Result {
  checkArgument('scenario of simulate', scenario, CHECKED)
  checkShape('option of simulate', options, SIMULATE_SHAPE)
  return run(scenario, options).result
}

/**
 * Runs a scenario as `simulate` does, and records how congestion windows, round-trip times, queues and rates change. The
 * result is the same.
 *
 * @throws InvalidSampleRequest for samples of something that the scenario does not have.
 * @throws InvalidOptions for arguments of another kind, and options that do not exist.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @throws InvalidOwnCode, OwnCodeFailed for objects in `options` that are not what they should be, or fail during the run.
 * @example
 * const { samples } = simulateWithSamples(loaded.scenario, [{ path: 'web', everyNs: 1_000_000 }])
 * for (const one of samples)
 *   if (one.kind === 'connection') console.log(one.local, one.ticksNs, one.values.congestionWindowBytes)
 */
export function simulateWithSamples(
  scenario: CheckedScenario,
  requests: readonly SampleRequest[],
  options: SimulateOptions = {},
): { readonly result: Result; readonly samples: readonly Series[] } {
  checkArgument('scenario of simulateWithSamples', scenario, CHECKED)
  checkArgument('requests of simulateWithSamples', requests, listOf(OBJECT, 'requests'))
  checkShape('option of simulateWithSamples', options, SIMULATE_SHAPE)
  const { result, samples = [] } = run(scenario, { ...options, samples: requests })
  return { result, samples }
}

/**
 * Loads and runs a scenario in one call, for tests. `extends` is refused, since the library reads no files.
 *
 * @throws InvalidScenario when the text is not a valid scenario.
 * @throws InvalidOptions for arguments of another kind, and options that do not exist.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @throws InvalidOwnCode, OwnCodeFailed for objects in `options` that are not what they should be, or fail during the run.
 * @example
 * const { workloads } = simulateText(`
 * version: 1
 * hosts: { client: {}, server: {} }
 * links: { wan: { between: [client, server], delay: 20ms } }
 * paths: { web: { from: client, to: server } }
 * workloads: { requests: { path: web, requests: 10 } }
 * `)
 * console.log(workloads[0].completed) // 10
 */
export function simulateText(text: string, options: ScenarioOptions & SimulateOptions = {}): Result {
  checkArgument('text of simulateText', text, TEXT)
  checkShape('option of simulateText', options, { ...LOAD_SHAPE, ...SIMULATE_SHAPE })
  const loaded = load({ text, file: 'scenario' }, options)
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  return run(loaded.scenario, options).result
}

/** Thrown by `simulateText` for an invalid scenario. The message shows every problem with its line and a caret. */
export class InvalidScenario extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n\n'))
    this.name = 'InvalidScenario'
    this.problems = problems
  }
}
