import type { CheckResult, Finding, Tried, UntriedAttack } from '../../measure/check.ts'
import { gapsOf, hasReached, isOpen, judgeTried } from '../../measure/judge-check.ts'
import type { Result } from '../../measure/result.ts'
import type { ScannerReport, ScannerResult } from '../../measure/scanner-result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import { hasLaterRequests } from '../../scenario/check/attack-probe.ts'
import { gainsOf } from '../../scenario/check/gains.ts'
import { realNamesIn } from '../../scenario/check/imported-from.ts'
import type { CheckPlan, CheckScope, Probe } from '../../scenario/check/read-check.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { choicesOf } from '../../scenario/matrix/short-workload.ts'

/** The results of a check's simulations, and the settings by which they are judged. */
export interface CheckContext {
  readonly scope: CheckScope
  readonly today: string
  readonly results: ReadonlyMap<CheckedScenario, Result>
  readonly simulations: number
  /** The statements of scanners of the files of an imported cluster; null for a scenario. */
  readonly scans: readonly ScannerResult[] | null
  /** The report of a scanner, which replaces its statements; null for none. */
  readonly scannerReport: ScannerReport | null
  /** Returns the commands that repeat a finding and show it. */
  readonly commands: (tried: Tried) => Pick<Finding, 'reproduce' | 'look'>
}

/** Judges the simulations of a check by its policy. */
export function checkResult(
  plan: CheckPlan,
  { scope, today, results, simulations, scans, scannerReport, commands }: CheckContext,
): CheckResult {
  const { matrix, policy, acceptances, probes, unfit, weakSettings } = plan
  const { scenario, seed, kubernetes, unmodelled } = matrix
  const tried = probes.flatMap((probe) => triedIn(probe, scope, results))
  const findings: readonly Finding[] = judgeTried(tried, {
    policy,
    acceptances,
    today,
    assumedUsers: plan.assumedUsers,
  }).map((finding) => ({
    ...finding,
    causes: plan.causes.of(finding),
    ...commands(finding),
  }))
  const reached = tried.filter(({ verdict }) => hasReached(verdict))
  const paths = pathsOf(reached)
  const untried = [...unfit, ...withoutChance(probes, tried)]
  const asked = scope.areNamed ? untried : []
  const gaps = gapsOf(tried, policy, asked)
  const used = new Set(findings.flatMap(({ accepted, expired }) => [...accepted, ...expired]))
  return {
    scenario,
    seed,
    kubernetes,
    passed: gaps.length === 0 && !findings.some(isOpen),
    policy: policy.map(({ text }) => text),
    today,
    verdicts: tried.length,
    reached: reached.length,
    simulations,
    paths,
    unreached: pathsOf(tried).filter((path) => !paths.includes(path)),
    unmodelled,
    weakSettings,
    findings,
    scans: scans === null && scannerReport === null ? null : [...(scans ?? []), ...(scannerReport?.results ?? [])],
    scannerReport,
    gains: gainsOf(findings, plan.loaded.scenario.blueprint),
    names: realNamesIn(plan.loaded),
    gaps,
    untried,
    unused: isWhole(scope) ? acceptances.filter((one) => !used.has(one)) : [],
  }
}

function pathsOf(tried: readonly Tried[]): readonly string[] {
  return [...new Set(tried.map(({ path }) => path))].sort((a, b) => (a < b ? -1 : 1))
}

/** Returns whether everything is tried, so that an acceptance that nothing needed is not needed at all. */
function isWhole({ areNamed, isMatrix, paths, places, vantages, techniques }: CheckScope): boolean {
  return !areNamed && !isMatrix && [paths, places, vantages, techniques].every((list) => list === null)
}

/** Returns the verdicts of a simulation that the check is about. */
export function triedIn(probe: Probe, scope: CheckScope, results: CheckContext['results']): readonly Tried[] {
  const { scenario, attack, cells } = probe
  const result = results.get(scenario)
  if (result === undefined) return []
  const { digest, verdicts } = result
  if (cells.length > 0)
    return verdicts.flatMap((verdict) => {
      const cell = cells.find(({ row }) => row.technique === verdict.technique)
      if (cell === undefined) return []
      const { on, holds } = scenario.blueprint.attackers[0]
      const choices = choicesOn(cell.path, scenario)
      return [{ path: cell.path, attack: null, place: cell.row.place, on, holds, verdict, choices, digest }]
    })
  return verdicts
    .filter((verdict) => isWanted(verdict, scope))
    .map((verdict) => {
      const { on, holds } = scenario.blueprint.attackers.find(({ name }) => name === verdict.attacker)!
      return {
        path: verdict.path,
        attack,
        place: null,
        on,
        holds,
        verdict,
        choices: choicesOn(verdict.path, scenario),
        digest,
      }
    })
}

function choicesOn(declared: string, { blueprint }: CheckedScenario): number {
  const path = blueprint.paths.find((one) => one.declared === declared)
  return path === undefined || hasLaterRequests(blueprint, declared) ? 1 : choicesOf(path, blueprint)
}

function isWanted({ path, vantage, technique }: VerdictResult, { paths, vantages, techniques }: CheckScope): boolean {
  const isIn = (list: readonly string[] | null, name: string) => list === null || list.includes(name)
  return isIn(paths, path) && isIn(vantages, vantage) && isIn(techniques, technique)
}

/** Returns the attack files whose attackers reached nothing. */
function withoutChance(probes: readonly Probe[], tried: readonly Tried[]): readonly UntriedAttack[] {
  return probes.flatMap(({ attack }): UntriedAttack[] => {
    if (attack === null) return []
    const own = tried.filter((one) => one.attack === attack)
    if (own.some(({ verdict }) => hasReached(verdict))) return []
    return [{ attack, reason: `it is ${[...new Set(own.map(({ verdict }) => verdict.worst))].join(', ')}` }]
  })
}
