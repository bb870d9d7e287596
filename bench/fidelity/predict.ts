import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { run } from '../../src/simulation/run.ts'
import { scenarioOf } from './cell-scenario.ts'
import type { Prediction } from './judge-cell.ts'
import type { MeasuredCell } from './measured-cell.ts'
import { flowMbps } from './ns3/flow.ts'

/** The most events of a run, far more than the longest transfer needs, so that a stalled model is reported. */
const MAX_EVENTS = 50_000_000

/**
 * Returns a value for each seed (run of ns-3) from `firstSeed` on, in milliseconds or Mbps, as the cell was measured.
 */
export function predict(cell: MeasuredCell, firstSeed: number, seeds: number): Prediction {
  const scenario = scenarioOf(cell)
  if (!scenario.ok) return { ok: false, kind: 'not modelled', reason: scenario.reason }
  const values: number[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const loaded = loadScenario({ text: scenario.text, file: 'cell' }, { seed })
    if (!loaded.ok)
      return {
        ok: false,
        kind: 'not modelled',
        reason: [...new Set(loaded.problems.map(({ message }) => message))].join('; '),
      }
    try {
      const isFlow = cell.what === 'flow30s'
      const value = isFlow ? flowMbps(cell, seed, loaded.scenario, MAX_EVENTS) : figureOf(cell, loaded.scenario)
      if (value === null) return { ok: false, kind: 'failed', reason: `seed ${seed}: nothing completed` }
      values.push(value)
    } catch (error) {
      if (error instanceof BudgetExceeded)
        return { ok: false, kind: 'failed', reason: `seed ${seed}: ${error.message}` }
      throw error
    }
  }
  return { ok: true, values }
}

function figureOf({ what }: MeasuredCell, scenario: CheckedScenario): number | null {
  const [workload] = run(scenario, { maxEvents: MAX_EVENTS }).result.workloads
  if (what === 'setup') return workload.tunnelSetupMs
  return what.startsWith('bulk') ? workload.throughputMbps : workload.latencyMs.p50
}
