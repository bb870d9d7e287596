import { readAttacks } from '../cli/input/read-attacks.ts'
import { readTextFile } from '../cli/input/read-text.ts'
import { reproduceLine } from '../cli/run/reproduce.ts'
import { InvalidScenario } from '../index.ts'
import type { Result } from '../measure/result.ts'
import { loadScenario, type ScenarioSource } from '../scenario/load.ts'
import { run } from '../simulation/run.ts'

export interface RunScenarioOptions {
  readonly seed?: number
  /** Like `links.wan.loss=1%`. */
  readonly set?: readonly string[]
  /** Attacks that ship, by name, or files: laid over the scenario in this order. */
  readonly attack?: string | readonly string[]
}

/** A result, and the command that comes to the same. */
export type ScenarioRun = Result & { readonly reproduce: string }

/**
 * Runs a scenario: a file, or its text.
 * @throws InvalidScenario with all that is wrong with it
 */
export function runScenario(
  scenario: string | { readonly text: string },
  options: RunScenarioOptions = {},
): ScenarioRun {
  const { seed, set = [], attack = [] } = options
  const attacks = typeof attack === 'string' ? [attack] : attack
  const source = sourceOf(scenario)
  const loaded = loadScenario(source, { set, attacks: readAttacks(attacks), ...(seed === undefined ? {} : { seed }) })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  const { result } = run(loaded.scenario)
  return { ...result, reproduce: reproduceLine('run', { file: source.file, seed: result.seed, set, attack: attacks }) }
}

function sourceOf(scenario: string | { readonly text: string }): ScenarioSource {
  return typeof scenario === 'string'
    ? { file: scenario, text: readTextFile(scenario), read: readTextFile }
    : { file: '-', text: scenario.text }
}
