import type { Result } from '../measure/result.ts'

/** One way to write a result down. A new format is a new file with one of these. */
export interface ReportFormat {
  /** The whole document, ending in a line feed. */
  write(result: Result): string
}
