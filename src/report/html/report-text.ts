import { stringify } from 'yaml'
import { configurationChanges } from '../comparison/configuration-changes.ts'
import type { SweepReport } from '../sweep/sweep-run.ts'
import { viewComparison } from '../view/comparison-view.ts'
import { type ReportedMatrix, viewMatrix } from '../view/matrix-view.ts'
import type { ReportView } from '../view/report-view.ts'
import { viewSweep } from '../view/sweep-view.ts'
import { type ReportedRun, viewReport } from '../view/view-report.ts'
import { htmlComparison } from './html-comparison.ts'
import { htmlMatrix } from './html-matrix.ts'
import { htmlReport } from './html-report.ts'
import { htmlSweep } from './html-sweep.ts'

/** The version that reports name, and a hash that they need. The caller passes both. */
export interface ReportTools {
  /** The version of onpath. */
  readonly version: string
  /** Returns the SHA-256 of a text in Base64, for the content security policy. */
  readonly sha256: (text: string) => string
}

/** A run whose report is written. */
export interface ReportTask extends Omit<ReportedRun, 'reproduction'> {
  /** The scenario as plain values. */
  readonly document: unknown
  readonly commands: ReportedRun['reproduction']['commands']
}

/** Returns the report of a run. It loads the code that draws, so it is imported only where a report is written. */
export function reportText(task: ReportTask, { version, sha256 }: ReportTools): string {
  return htmlReport(viewOf(task, version), sha256)
}

/** One side of a comparison: a task, by the name that the user gave it. */
export interface ComparedTask extends ReportTask {
  readonly label: string
}

/** Returns the report that lays two runs side by side. */
export function comparisonText(a: ComparedTask, b: ComparedTask, { version, sha256 }: ReportTools): string {
  const [left, right] = [a, b].map((task) => ({ label: task.label, report: viewOf(task, version) }))
  return htmlComparison(viewComparison(left, right, configurationChanges(a.document, b.document)), sha256)
}

/** Returns the report of an attack matrix. `again`: the command that makes it. */
export function matrixText(matrix: ReportedMatrix, again: string, { version, sha256 }: ReportTools): string {
  return htmlMatrix(viewMatrix(matrix, version, again), sha256)
}

/** Returns the report of a sweep. `again`: the command that reproduces it. */
export function sweepText(report: SweepReport, again: string, { version, sha256 }: ReportTools): string {
  return htmlSweep(viewSweep(report, version, again), sha256)
}

function viewOf({ document, commands, ...run }: ReportTask, version: string): ReportView {
  const scenarioText = stringify(document, { lineWidth: 0 })
  return viewReport({ ...run, reproduction: { version, commands, scenarioText } })
}
