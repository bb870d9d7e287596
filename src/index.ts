/** The library. It reads a scenario from text and returns a result as a plain value; it uses no files and no console. */
import type { Result } from './measure/result.ts'
import { type CapturePacketsOptions, capturePackets as capture } from './packets/capture-packets.ts'
import { type PacketPointer, type Story, type StoryOptions, storiesAround as stories } from './packets/story.ts'
import { type CheckedScenario, loadScenario, type ScenarioOptions } from './scenario/load.ts'
import { formatProblem } from './scenario/problems/format-problem.ts'
import type { Problem } from './scenario/problems/problem.ts'
import { run } from './simulation/run.ts'
import type { SampleRequest } from './simulation/sampling/sample-request.ts'
import type { Series } from './simulation/sampling/series.ts'

export type * from './measure/result.ts'
export type * from './measure/verdict.ts'
export { type CapturePacketsOptions, UnknownCaptureSubject } from './packets/capture-packets.ts'
export type { PacketEntry } from './packets/packet-entry.ts'
export type { MessageEntry, PacketPointer, Story, StoryOptions } from './packets/story.ts'
export type { Loaded, LoadedScenario, ScenarioSource } from './scenario/load.ts'
export type { ProblemCode } from './scenario/problems/problem-codes.ts'
export type { Blueprint } from './simulation/blueprint.ts'
export { BudgetExceeded } from './simulation/budget.ts'
export { InvalidSampleRequest, type SampleRequest } from './simulation/sampling/sample-request.ts'
export type { ConnectionSeries, LinkSeries, Series } from './simulation/sampling/series.ts'
export { type CheckedScenario, formatProblem, loadScenario, type Problem, type ScenarioOptions }

/** Options of `simulate` and `simulateText`. */
export interface SimulateOptions {
  /** The largest number of events, at least 1; a run that needs more throws BudgetExceeded. Default: no limit. */
  readonly maxEvents?: number
  /** The most memory that the state of the simulation may take; a run that needs more throws BudgetExceeded. Default: 2 GiB. */
  readonly maxMemoryBytes?: number
}

/**
 * Runs a scenario to its end. The same scenario gives the same result on every machine and engine.
 *
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const loaded = loadScenario({ text, file: 'office.yaml' })
 * if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
 * const { workloads } = simulate(loaded.scenario)
 * console.log(workloads[0].latencyMs.p99)
 */
export function simulate(scenario: CheckedScenario, options: SimulateOptions = {}): Result {
  return run(scenario, options).result
}

/**
 * Runs a scenario as `simulate` does, and records how congestion windows, round-trip times, queues and rates change. The
 * result is the same.
 *
 * @throws InvalidSampleRequest for samples of something that the scenario does not have.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
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
  const { result, samples = [] } = run(scenario, { ...options, samples: requests })
  return { result, samples }
}

/**
 * Runs a scenario and returns its packets as a capture that Wireshark opens (pcapng): everything, or what is seen at a
 * link, at a host or by an attacker. It is the same file on every machine.
 *
 * @throws UnknownCaptureSubject for a name that the scenario does not have.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const file = capturePackets(loaded.scenario, { of: 'mallory' })
 * link.href = URL.createObjectURL(new Blob([file]))
 */
export function capturePackets(scenario: CheckedScenario, options: CapturePacketsOptions = {}): Uint8Array {
  return capture(scenario, options)
}

/**
 * Runs a scenario again and returns, for each packet that evidence of a verdict names, the packets of its connection
 * around it and the messages in them: who sent what to whom, and when.
 *
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
 * @example
 * const [{ link, packet }] = verdicts[0].evidence
 * const [story] = storiesAround(loaded.scenario, [{ link, packet }])
 * for (const { from, to, text } of story.messages) console.log(`${from} > ${to}: ${text}`)
 */
export function storiesAround(
  scenario: CheckedScenario,
  pointers: readonly PacketPointer[],
  options: StoryOptions = {},
): readonly Story[] {
  return stories(scenario, pointers, options)
}

/**
 * Loads and runs a scenario in one call, for tests. `extends` is refused, since the library reads no files.
 *
 * @throws InvalidScenario when the text is not a valid scenario.
 * @throws BudgetExceeded when the run needs more than `maxEvents` events or `maxMemoryBytes` of memory.
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
  const loaded = loadScenario({ text, file: 'scenario' }, options)
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  return simulate(loaded.scenario, options)
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
