import { readAttacks, shippedAttacks } from '../../disk/read-attacks.ts'
import type { ScenarioOptions, ScenarioSource } from '../../scenario/load.ts'
import { type CheckPlan, type CheckScope, readChecks } from '../../study/check/read-check.ts'
import type { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { showAll } from '../input/read-scenarios.ts'
import { GATE_OPTIONS } from '../options/gate-options.ts'
import type { Given } from '../options/option.ts'
import { SCENARIO_OPTIONS } from '../options/scenario-options.ts'

/** The options of commands that try attacks and judge them. */
export const JUDGED_SCENARIO_OPTIONS = { ...SCENARIO_OPTIONS, ...GATE_OPTIONS }

export type JudgedScenarioOptions = Given<typeof JUDGED_SCENARIO_OPTIONS>

/** Plans the checks of scenarios. Shows all problems, and returns null if there are any. */
export function checksOf(
  sources: readonly ScenarioSource[],
  scope: CheckScope,
  options: JudgedScenarioOptions,
  { io, exit }: Context,
  reports: CiReports,
): readonly CheckPlan[] | null {
  const read = readChecks(sources, changesOf(options), scope)
  if (read.ok) return read.plans
  showAll(read.problems, io)
  reports.showProblems(read.problems)
  exit(EXIT.invalidScenario)
  return null
}

/** Returns the changes that options make to a scenario that is judged. */
export function changesOf({ seed, set, policy }: JudgedScenarioOptions): ScenarioOptions {
  return { set, policy, ...(seed === undefined ? {} : { seed }) }
}

/** Returns the scope that options give to a command. `isMatrix` restricts it to the matrix. */
export function scopeOf(
  { attack, path, place, vantage, technique }: JudgedScenarioOptions,
  isMatrix: boolean,
): CheckScope {
  const areNamed = !isMatrix && attack.length > 0
  const names = isMatrix ? [] : areNamed ? attack : shippedAttacks()
  const sources = readAttacks(names)
  return {
    attacks: names.map((name, i) => ({ name, source: sources[i] })),
    areNamed,
    isMatrix,
    paths: path ?? null,
    places: place ?? null,
    vantages: vantage ?? null,
    techniques: technique ?? null,
  }
}
