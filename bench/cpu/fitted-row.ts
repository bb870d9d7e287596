import { median } from 'simple-statistics'
import { type CheckedScenario, loadScenario } from '../../src/scenario/load.ts'
import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { collectResult } from '../../src/simulation/collect-result.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { scenarioOf } from '../fidelity/cell-scenario.ts'
import type { MeasuredCell } from '../fidelity/measured-cell.ts'

/** The number of requests. Without losses all requests are equal, and the first one has a new connection. */
const REQUESTS = 3

/** A measured cell, and its simulated value for other CPU figures. */
export class FittedRow {
  readonly cell: MeasuredCell
  readonly measured: number
  private readonly scenario: CheckedScenario

  constructor(cell: MeasuredCell) {
    this.cell = cell
    this.measured = median([...cell.values])
    const scenario = scenarioOf({ ...cell, values: cell.values.slice(0, REQUESTS) })
    if (!scenario.ok) throw new Error(scenario.reason)
    const loaded = loadScenario({ text: scenario.text, file: 'fit' })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
    this.scenario = loaded.scenario
  }

  /** Returns the simulated value in milliseconds, or in Mbps for bulk transfers. */
  simulate(profile: CpuProfile): number {
    const { blueprint } = this.scenario
    const simulation = new Simulation(
      makePlan(expandBlueprint(blueprint), { ...CPU_FIGURES, [this.cell.stack]: profile }),
    )
    simulation.begin()
    simulation.runUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
    const [workload] = collectResult(simulation, blueprint, [], 'finished').workloads
    return (this.isBulk() ? workload.throughputMbps : this.timeOf(workload)) ?? Number.NaN
  }

  /** Returns the error as a fraction of the measured value. */
  errorOf(profile: CpuProfile): number {
    return this.simulate(profile) / this.measured - 1
  }

  isFasterThanMeasured(profile: CpuProfile): boolean {
    const value = this.simulate(profile)
    return this.isBulk() ? value > this.measured : value < this.measured
  }

  private isBulk(): boolean {
    return this.cell.what.startsWith('bulk')
  }

  private timeOf(workload: { tunnelSetupMs: number | null; latencyMs: { p50: number | null } }): number | null {
    return this.cell.what === 'setup' ? workload.tunnelSetupMs : workload.latencyMs.p50
  }
}
