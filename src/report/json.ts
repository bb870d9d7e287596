import type { ReportFormat } from './report-format.ts'

/** For one run: a document that a person can read too, and that differs by lines. */
export const json: ReportFormat = { write: (result) => `${JSON.stringify(result, null, 2)}\n` }

/** For one of several runs: one line of NDJSON. */
export const jsonLine: ReportFormat = { write: (result) => `${JSON.stringify(result)}\n` }
