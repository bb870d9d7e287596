import { readAttacks } from '../disk/read-attacks.ts'
import { readTextFile } from '../disk/read-text.ts'
import { InvalidScenario } from '../index.ts'
import type { Result } from '../measure/result.ts'
import { loadScenario, type ScenarioSource } from '../scenario/load.ts'
import { checkShape, either, listOf, TEXT, WHOLE } from '../simulation/given/check-given.ts'
import { run } from '../simulation/run.ts'
import { reproduceLine } from '../study/reproduce.ts'
import type { AttackReference } from './attack-names.ts'

/** Changes that `runScenario` applies to a scenario. */
export interface RunScenarioOptions {
  /** The seed, which replaces that of the scenario. */
  readonly seed?: number
  /** Overrides such as `links.wan.loss=1%`. */
  readonly set?: readonly string[]
  /** Attacks that are added to the scenario, in this order: names of attacks of the package, or files. */
  readonly attack?: AttackReference | readonly AttackReference[]
}

/** The result of a run, and the command that reproduces it. */
export type ScenarioRun = Result & { readonly reproduce: string }

/**
 * Runs a scenario and returns its result.
 * @param scenario the name of a scenario file, or its text
 * @throws InvalidScenario with all problems of the scenario
 * @throws InvalidOptions for arguments of another kind, and options that do not exist
 * @example
 * const result = runScenario('wan.yaml', { seed: 7, set: ['links.wan.loss=1%'] })
 */
export function runScenario(
  scenario: string | { readonly text: string },
  options: RunScenarioOptions = {},
): ScenarioRun {
  const texts = listOf(TEXT, 'texts')
  checkShape('option of runScenario', options, { seed: WHOLE, set: texts, attack: either(TEXT, texts) })
  const { seed, set = [], attack = [] } = options
  const attacks = typeof attack === 'string' ? [attack] : attack
  const source = sourceOf(scenario)
  const loaded = loadScenario(source, { set, attacks: readAttacks(attacks), ...(seed === undefined ? {} : { seed }) })
  if (!loaded.ok) throw new InvalidScenario(loaded.problems)
  const { result } = run(loaded.scenario)
  return { ...result, reproduce: reproduceLine('run', { file: source.file, seed: result.seed, set, attack: attacks }) }
}

function sourceOf(scenario: string | { readonly text: string }): ScenarioSource {
  if (typeof scenario !== 'string')
    checkShape('key of the scenario of runScenario', scenario, { text: { ...TEXT, isRequired: true } })
  return typeof scenario === 'string'
    ? { file: scenario, text: readTextFile(scenario), read: readTextFile }
    : { file: '-', text: scenario.text }
}
