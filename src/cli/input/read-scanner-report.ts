import { readTextFile } from '../../disk/read-text.ts'
import { UsageError } from '../../disk/usage-error.ts'
import { readKubeBench } from '../../import/scanners/kube-bench-report.ts'
import type { ScannerReport } from '../../measure/scanner-result.ts'
import type { Io } from '../io.ts'

/** The most problems of a report that are shown. */
const MAX_SHOWN = 20

/**
 * Reads a report of kube-bench, and shows what is wrong in it.
 * @throws UsageError when nothing in it can be used
 */
export function readScannerReport(path: string, io: Io): ScannerReport {
  const { problems, ...report } = readKubeBench(readTextFile(path), path)
  const lines = problems.slice(0, MAX_SHOWN).map(({ at, message }) => `${at.file}:${at.line}: ${message}`)
  if (problems.length > MAX_SHOWN) lines.push(`and ${problems.length - MAX_SHOWN} more`)
  const isUsable = report.results.length > 0 || Object.values(report.others).some((count) => count > 0)
  if (!isUsable) throw new UsageError(`--kube-bench: ${lines.join('; ')}`)
  if (lines.length > 0) io.err(`${lines.join('\n')}\n\n`)
  return report
}
