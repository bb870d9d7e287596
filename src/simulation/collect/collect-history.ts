import { NONE } from '../../engine/table.ts'
import type { PathHistory } from '../../measure/verdicts/history.ts'
import { FAILURE_REASONS, type FailureReason } from '../../transport/failure.ts'
import type { WorkloadTable } from '../../workload/workload-table.ts'
import type { Simulation } from '../simulation.ts'

/** What came of the requests of each path, by path of the plan. */
export function collectHistories(simulation: Simulation): PathHistory[] {
  const { plan } = simulation
  const workloads: number[][] = plan.paths.map(() => [])
  plan.workloads.forEach(({ path }, workload) => {
    workloads[path].push(workload)
  })
  return workloads.map((ofPath) => historyOf(simulation, ofPath))
}

function historyOf(simulation: Simulation, workloads: readonly number[]): PathHistory {
  const { scores, table } = simulation.workloads
  const { failures } = scores
  const wanted = new Set(workloads)
  const rowsOf = (rows: { readonly highWater: number; readonly workload: Int32Array }) =>
    Array.from({ length: rows.highWater }, (_, row) => row).filter((row) => wanted.has(rows.workload[row]))
  return {
    answers: workloads.flatMap((workload) => answersOf(simulation, workload)),
    failures: rowsOf(failures).map((row) => ({
      startTick: failures.startTick[row],
      endTick: failures.endTick[row],
      reason: FAILURE_REASONS[failures.reason[row]],
    })),
    idleLosses: workloads.flatMap((workload) => idleLossesOf(table, workload)),
    unfinished: workloads.reduce((sum, workload) => sum + table.issued[workload] - table.settled[workload], 0),
    endTick: simulation.timeline.now,
  }
}

function idleLossesOf({ idleLosses }: WorkloadTable, workload: number): FailureReason[] {
  const first = workload * FAILURE_REASONS.length
  return FAILURE_REASONS.flatMap((reason, index) =>
    Array.from({ length: idleLosses[first + index] }, (): FailureReason => reason),
  )
}

function answersOf({ workloads }: Simulation, workload: number): { startTick: number; endTick: number }[] {
  const { samples } = workloads.scores
  const answers: { startTick: number; endTick: number }[] = []
  for (let row = workloads.table.firstSample[workload]; row !== NONE; row = samples.next[row])
    answers.push({ startTick: samples.endTick[row] - samples.latencyNs[row], endTick: samples.endTick[row] })
  return answers
}
