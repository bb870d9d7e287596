import { createHash } from 'node:crypto'
import type { ReportTools } from '../../report/html/report-text.ts'
import { version } from '../version.ts'

export const REPORT_TOOLS: ReportTools = {
  version,
  sha256: (text) => createHash('sha256').update(text).digest('base64'),
}
