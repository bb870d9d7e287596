import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { htmlReport } from '../../report/html/html-report.ts'
import { type ReportedRun, viewReport } from '../../report/view/view-report.ts'
import { version } from '../version.ts'

/** A run whose report is written. */
export interface ReportTask extends Omit<ReportedRun, 'reproduction'> {
  /** The scenario as plain values. */
  readonly document: unknown
  readonly commands: ReportedRun['reproduction']['commands']
}

/** Returns the report of a run. It loads the code that draws, so it is imported only where a report is written. */
export function reportText({ document, commands, ...run }: ReportTask): string {
  const scenarioText = stringify(document, { lineWidth: 0 })
  return htmlReport(viewReport({ ...run, reproduction: { version, commands, scenarioText } }), sha256)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
