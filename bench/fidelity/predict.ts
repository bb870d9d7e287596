import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { BudgetExceeded } from '../../src/simulation/budget.ts'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { bedOf } from './beds.ts'
import { scenarioOf } from './cell-scenario.ts'
import type { Prediction } from './judge-cell.ts'
import { hasShortQueue, type MeasuredCell } from './measured-cell.ts'
import { flowMbps } from './ns3/flow.ts'

/** The most events of a run, far more than the longest transfer needs, so that a stalled model is reported. */
const MAX_EVENTS = 50_000_000

/**
 * The runs of a transfer over a short queue, which take the place of seeds: round trips around the measured one, in
 * steps of 10 us (pings are not known better, and real programs and relays vary by as much), and in tunnels an sshd from
 * the quickest to the slowest that the machine had.
 */
export const SHORT_QUEUE_RUNS = 11
const LAST_RUN = SHORT_QUEUE_RUNS - 1
const STEP_MS = 0.01

function runOf(seed: number): number {
  return (seed - 1) % SHORT_QUEUE_RUNS
}

function asInRun(cell: MeasuredCell, seed: number): MeasuredCell {
  if (!hasShortQueue(cell)) return cell
  return { ...cell, rttMs: cell.rttMs + STEP_MS * (runOf(seed) - LAST_RUN / 2) }
}

/**
 * Returns a value for each seed (run of ns-3) from `firstSeed` on, in milliseconds or Mbps, as the cell was measured.
 */
export function predict(cell: MeasuredCell, firstSeed: number, seeds: number): Prediction {
  const values: number[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const scenario = scenarioOf(asInRun(cell, seed))
    if (!scenario.ok) return { ok: false, kind: 'not modelled', reason: scenario.reason }
    const loaded = loadScenario({ text: scenario.text, file: 'cell' }, { seed })
    if (!loaded.ok)
      return {
        ok: false,
        kind: 'not modelled',
        reason: [...new Set(loaded.problems.map(({ message }) => message))].join('; '),
      }
    try {
      const isFlow = cell.what === 'flow30s'
      const value = isFlow ? flowMbps(cell, seed, loaded.scenario, MAX_EVENTS) : figureOf(cell, seed, loaded.scenario)
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

function figureOf(
  { stack, path, what }: MeasuredCell,
  seed: number,
  { blueprint, expectations }: CheckedScenario,
): number | null {
  const bed = bedOf(stack)
  const { go, nodejs } = CPU_FIGURES
  const own = bed?.figures(path.startsWith('ssh'), runOf(seed) / LAST_RUN)
  const figures = bed?.cpu === 'nodejs' ? { nodejs: { ...nodejs, ...own } } : { go: { ...go, ...own } }
  const simulation = new Simulation(makePlan(expandBlueprint(blueprint), { ...CPU_FIGURES, ...figures }))
  simulation.begin()
  const pause = simulation.runUntil(Number.POSITIVE_INFINITY, MAX_EVENTS)
  if (pause === 'budget') return null
  const end = pause === 'duration' ? 'duration' : 'finished'
  const [workload] = collectResult(simulation, blueprint, expectations, end).workloads
  if (what === 'setup') return workload.tunnelSetupMs
  return what.startsWith('bulk') ? workload.throughputMbps : workload.latencyMs.p50
}
