import { type MatrixCell, type MatrixResult, worstVerdict } from '../measure/matrix.ts'
import type { Result } from '../measure/result.ts'
import { joinRequests } from '../measure/verdicts/join-requests.ts'
import { type CheckSettings, checkResult } from './check/check.ts'
import type { CheckPlan } from './check/read-check.ts'
import { checkPlanned } from './given.ts'
import type { MatrixCase } from './matrix/matrix.ts'
import { type Simulated, simulateAll } from './simulator/simulate-all.ts'
import type { Simulator } from './simulator/simulator.ts'

/** Simulates the cells of a matrix. If there is a policy, it judges them. */
export async function tryMatrix(plan: CheckPlan, settings: CheckSettings, simulator: Simulator): Promise<MatrixResult> {
  checkPlanned('tryMatrix', plan, settings, simulator)
  const scenarios = plan.probes.map(({ scenario }) => scenario)
  return matrixResult(plan, settings, await simulateAll(scenarios, simulator))
}

/** Returns the result of a matrix, with the judgement of the policy if there is one. */
export function matrixResult(plan: CheckPlan, settings: CheckSettings, simulated: Simulated): MatrixResult {
  const { results } = simulated
  const { scenario, seed, kubernetes, paths, unmodelled, cases } = plan.matrix
  const resultOf = (one: MatrixCase) => (one.scenario === null ? null : (results.get(one.scenario) ?? null))
  const mediumOf = (path: string) =>
    cases
      .map((one) => (one.path === path ? resultOf(one)?.workloads[0]?.medium : undefined))
      .find((medium) => medium !== undefined)
  return {
    schemaVersion: 1,
    scenario,
    seed,
    kubernetes,
    paths: paths.map((path) => ({ ...path, medium: mediumOf(path.name) ?? '' })),
    ...(unmodelled.length === 0 ? {} : { unmodelled }),
    cells: cases.map((one) => cellOf(one, resultOf(one))),
    ...(plan.isPolicyGiven ? { check: checkResult(plan, settings, simulated) } : {}),
  }
}

function cellOf({ path, row, on, otherwise }: MatrixCase, result: Result | null): MatrixCell {
  const { place, vantage, technique } = row
  const verdicts = (result?.verdicts ?? []).filter((one) => one.technique === technique)
  const verdict = worstVerdict(verdicts)
  const nothing = { messages: 0, of: 0, bytes: 0 }
  return {
    path,
    place,
    on,
    vantage,
    technique,
    worst: verdict?.worst ?? otherwise,
    outcomes: verdict?.outcomes ?? [otherwise],
    scope: verdict?.scope ?? 'other',
    exposure: verdict?.exposure ?? nothing,
    noticed: verdict?.noticed ?? 'none',
    requests: joinRequests(verdicts.flatMap(({ requests }) => requests)),
    digest: result?.digest ?? null,
  }
}
