import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { configurationChanges } from '../../report/comparison/configuration-changes.ts'
import { htmlComparison } from '../../report/html/html-comparison.ts'
import { htmlMatrix } from '../../report/html/html-matrix.ts'
import { htmlReport } from '../../report/html/html-report.ts'
import { htmlSweep } from '../../report/html/html-sweep.ts'
import type { SweepReport } from '../../report/sweep/sweep-run.ts'
import { viewComparison } from '../../report/view/comparison-view.ts'
import { type ReportedMatrix, viewMatrix } from '../../report/view/matrix-view.ts'
import type { ReportView } from '../../report/view/report-view.ts'
import { viewSweep } from '../../report/view/sweep-view.ts'
import { type ReportedRun, viewReport } from '../../report/view/view-report.ts'
import { version } from '../version.ts'

/** A run whose report is written. */
export interface ReportTask extends Omit<ReportedRun, 'reproduction'> {
  /** The scenario as plain values. */
  readonly document: unknown
  readonly commands: ReportedRun['reproduction']['commands']
}

/** Returns the report of a run. It loads the code that draws, so it is imported only where a report is written. */
export function reportText(task: ReportTask): string {
  return htmlReport(viewOf(task), sha256)
}

/** One side of a comparison: a task, by the name that the user gave it. */
export interface ComparedTask extends ReportTask {
  readonly label: string
}

/** Returns the report that lays two runs side by side. */
export function comparisonText(a: ComparedTask, b: ComparedTask): string {
  const [left, right] = [a, b].map((task) => ({ label: task.label, report: viewOf(task) }))
  return htmlComparison(viewComparison(left, right, configurationChanges(a.document, b.document)), sha256)
}

/** Returns the report of an attack matrix. `again`: the command that makes it. */
export function matrixText(matrix: ReportedMatrix, again: string): string {
  return htmlMatrix(viewMatrix(matrix, version, again), sha256)
}

/** Returns the report of a sweep. `again`: the command that reproduces it. */
export function sweepText(report: SweepReport, again: string): string {
  return htmlSweep(viewSweep(report, version, again), sha256)
}

function viewOf({ document, commands, ...run }: ReportTask): ReportView {
  const scenarioText = stringify(document, { lineWidth: 0 })
  return viewReport({ ...run, reproduction: { version, commands, scenarioText } })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
