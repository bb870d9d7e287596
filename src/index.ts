/** The library: a scenario's text in, a result out, with no files and no console. */
import type { Result } from './measure/result.ts'
import { type CheckedScenario, loadScenario, type ScenarioOptions } from './scenario/load.ts'
import { formatProblem } from './scenario/problems/format-problem.ts'
import type { Problem } from './scenario/problems/problem.ts'
import { run } from './simulation/run.ts'

export type * from './measure/result.ts'
export type { Loaded, LoadedScenario, ScenarioSource } from './scenario/load.ts'
export type { ProblemCode } from './scenario/problems/problem-codes.ts'
export type { Blueprint } from './simulation/blueprint.ts'
export { BudgetExceeded } from './simulation/run.ts'
export { type CheckedScenario, formatProblem, loadScenario, type Problem, type ScenarioOptions }

export interface SimulateOptions {
  /** Past so many events, BudgetExceeded is thrown; at least 1. Default: no limit. */
  readonly maxEvents?: number
}

/** Runs a scenario to its end; the same scenario gives the same result, everywhere. */
export function simulate(scenario: CheckedScenario, options: SimulateOptions = {}): Result {
  return run(scenario, options).result
}

/**
 * Loads and simulates in one call, as tests like it. `extends` is refused, since nothing here reads files.
 * @throws InvalidScenario where the text is no scenario.
 */
export function simulateText(text: string, options: ScenarioOptions & SimulateOptions = {}): Result {
  const loaded = loadScenario({ text, file: 'scenario' }, options)
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  return simulate(loaded.scenario, options)
}

/** All that is wrong with a scenario; the message draws it. */
export class InvalidScenario extends Error {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n\n'))
    this.name = 'InvalidScenario'
    this.problems = problems
  }
}
