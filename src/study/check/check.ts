import { isImported, realNamesIn } from '../../import/imported-from.ts'
import type { CheckResult, Finding, Tried, UntriedAttack } from '../../measure/check.ts'
import { gapsOf, hasReached, isOpen, judgeTried } from '../../measure/judge-check.ts'
import { answerOf, judgeUnknowns } from '../../measure/judge-unknown.ts'
import type { ScannerReport, ScannerResult } from '../../measure/scanner-result.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { checkPlanned } from '../given.ts'
import { choicesOf } from '../matrix/short-workload.ts'
import { type Simulated, simulateAll } from '../simulator/simulate-all.ts'
import type { Simulator } from '../simulator/simulator.ts'
import { hasLaterRequests } from './attack-probe.ts'
import { commandsFor } from './commands-for.ts'
import { gainsOf } from './gains.ts'
import { Provenance } from './provenance.ts'
import type { CheckPlan, CheckScope, Probe } from './read-check.ts'

/** The settings by which a check is judged. */
export interface CheckSettings {
  /** The day for which `accept` is evaluated, such as 2027-03-01. */
  readonly today: string
  /** The results of scanners for the files of an imported cluster; null for a scenario. */
  readonly scans?: readonly ScannerResult[] | null
  /** A scanner's report, which replaces these results; null for none. */
  readonly scannerReport?: ScannerReport | null
  /** Returns the commands that reproduce a finding and show it. Default: those for the unchanged scenario. */
  readonly commands?: (tried: Tried) => Pick<Finding, 'reproduce' | 'look'>
}

/** The result of a check, and its simulations, which a fix reuses. */
export interface Checked {
  readonly result: CheckResult
  readonly simulated: Simulated
}

/** Simulates everything that a plan tries, and judges it by the policy. */
export async function check(plan: CheckPlan, settings: CheckSettings, simulator: Simulator): Promise<Checked> {
  checkPlanned('check', plan, settings, simulator)
  const simulated = await simulateAll(
    plan.probes.map(({ scenario }) => scenario),
    simulator,
  )
  return { result: checkResult(plan, settings, simulated), simulated }
}

/** Judges the simulations of a check by its policy. */
export function checkResult(
  plan: CheckPlan,
  { today, scans = null, scannerReport = null, commands }: CheckSettings,
  { results, simulations }: Simulated,
): CheckResult {
  const { scope, matrix, policy, acceptances, probes, unfit, weakSettings, granted } = plan
  const { scenario, seed, kubernetes, unmodelled } = matrix
  const tried = probes.flatMap((probe) => triedIn(probe, scope, results))
  const findings: readonly Finding[] = judgeTried(tried, {
    policy,
    acceptances,
    today,
  }).map((finding) => ({
    ...finding,
    causes: plan.causes.of(finding),
    ...(commands?.(finding) ?? commandsFor(finding, plan.file, plan.changes, isImported(plan.loaded))),
  }))
  const reached = tried.filter(({ verdict }) => hasReached(verdict))
  const paths = pathsOf(reached)
  const untried = [...unfit, ...withoutChance(probes, tried)]
  const asked = scope.areNamed ? untried : []
  const gaps = gapsOf(tried, policy, asked)
  const unknown = judgeUnknowns(plan.unknowns, policy, plan.acceptedUnknowns, today)
  const isForbidden = granted.some((one) => one.isForbidden)
  const answer = answerOf(gaps.length > 0 || findings.some(isOpen) || isForbidden, unknown)
  const used = new Set(findings.flatMap(({ accepted, expired }) => [...accepted, ...expired]))
  return {
    scenario,
    seed,
    kubernetes,
    passed: answer === 'passed',
    answer,
    ...(unknown.length === 0 ? {} : { unknown }),
    policy: policy.map(({ text }) => text),
    today,
    verdicts: tried.length,
    reached: reached.length,
    simulations,
    paths,
    unreached: pathsOf(tried).filter((path) => !paths.includes(path)),
    unmodelled,
    weakSettings,
    ...(granted.length === 0 ? {} : { granted }),
    findings,
    scans: scans === null && scannerReport === null ? null : [...(scans ?? []), ...(scannerReport?.results ?? [])],
    scannerReport,
    gains: gainsOf(findings, matrix.offered.loaded.scenario.blueprint),
    names: realNamesIn(plan.loaded),
    gaps,
    untried,
    unused: isWhole(scope) ? acceptances.filter((one) => !used.has(one)) : [],
  }
}

function pathsOf(tried: readonly Tried[]): readonly string[] {
  return [...new Set(tried.map(({ path }) => path))].sort((a, b) => (a < b ? -1 : 1))
}

/** Returns whether everything is tried. Only then can an unused acceptance be reported as unnecessary. */
function isWhole({ areNamed, isMatrix, paths, places, vantages, techniques }: CheckScope): boolean {
  return !areNamed && !isMatrix && [paths, places, vantages, techniques].every((list) => list === null)
}

/** Returns the verdicts of a simulation that the check is about. */
export function triedIn(probe: Probe, scope: CheckScope, results: Simulated['results']): readonly Tried[] {
  const { scenario, attack, cells } = probe
  const result = results.get(scenario)
  if (result === undefined) return []
  const { digest, verdicts } = result
  const provenance = new Provenance(scenario.blueprint)
  const marked = (all: readonly Omit<Tried, 'isAssumed'>[]): readonly Tried[] =>
    all.map((one) => ({ ...one, isAssumed: provenance.isAssumed(one, all) }))
  if (cells.length > 0)
    return marked(
      verdicts.flatMap((verdict) => {
        const cell = cells.find(({ row }) => row.technique === verdict.technique)
        if (cell === undefined) return []
        const { on, holds } = scenario.blueprint.attackers[0]
        const choices = choicesOn(cell.path, scenario)
        return [{ path: cell.path, attack: null, place: cell.row.place, on, holds, verdict, choices, digest }]
      }),
    )
  return marked(
    verdicts
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
      }),
  )
}

function choicesOn(declared: string, { blueprint }: CheckedScenario): number {
  const path = blueprint.paths.find((one) => one.declared === declared)
  return path === undefined || hasLaterRequests(blueprint, declared) ? 1 : choicesOf(path, blueprint)
}

function isWanted({ path, vantage, technique }: VerdictResult, { paths, vantages, techniques }: CheckScope): boolean {
  const isIn = (list: readonly string[] | null, name: string) => list === null || list.includes(name)
  return isIn(paths, path) && isIn(vantages, vantage) && isIn(techniques, technique)
}

/** Returns the attack files whose attackers reached no path. */
function withoutChance(probes: readonly Probe[], tried: readonly Tried[]): readonly UntriedAttack[] {
  const attacks = new Set(probes.flatMap(({ attack }) => attack ?? []))
  return [...attacks].flatMap((attack): UntriedAttack[] => {
    const own = tried.filter((one) => one.attack === attack)
    if (own.some(({ verdict }) => hasReached(verdict))) return []
    return [{ attack, reason: `it is ${[...new Set(own.map(({ verdict }) => verdict.worst))].join(', ')}` }]
  })
}

/**
 * Returns whether a check passed. If a fix is written, returns whether the check passes with it and nothing is left to
 * do by hand.
 */
export function isFine({ passed, fix }: Pick<CheckResult, 'passed' | 'fix'>): boolean {
  if (fix?.verification.written !== true) return passed
  const { holds, passed: isPolicyMet, byHand } = fix.verification
  return holds && isPolicyMet && byHand === 0
}
