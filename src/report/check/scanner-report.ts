import type { CheckResult } from '../../measure/check.ts'
import type { ScannerReport, ScannerResult } from '../../measure/scanner-result.ts'
import { listed } from './finding-sentence.ts'
import { scansOf } from './scanner-lines.ts'

/** Returns lines that say, for each relevant result of a report, whether attackers gain something in spite of it. */
export function scannerReportLines(report: ScannerReport, { gains, scans }: CheckResult): readonly string[] {
  const { file, results, others, unknown } = report
  const gainsOf = (result: ScannerResult) =>
    gains.flatMap((gain, i) => (scansOf(gain, [result]).length > 0 ? [i + 1] : []))
  const covered = new Set(results.flatMap(gainsOf))
  const uncovered = gains.flatMap((_, i) => (covered.has(i + 1) ? [] : [String(i + 1)]))
  const rest = Object.entries(others).flatMap(([status, count]) => (count === 0 ? [] : [`${count} ${status}`]))
  return [
    `kube-bench, as ${file} has it:`,
    ...groupsOf(results).map((group) => `  ${lineOf(group, gainsOf(group[0]))}${difference(group[0], scans ?? [])}`),
    ...(rest.length === 0 ? [] : [`  ${rest.join(', ')}: about nothing on these paths`]),
    ...(uncovered.length === 0 ? [] : [`  no check is about gain ${listed(uncovered)}`]),
    ...unknown.map((name) => `  the numbers of the benchmark ${name === '' ? 'without a name' : name} are not known`),
  ]
}

/** Groups equal results of several nodes. */
function groupsOf(results: readonly ScannerResult[]): readonly (readonly ScannerResult[])[] {
  const groups = new Map<string, ScannerResult[]>()
  for (const result of results) {
    const key = JSON.stringify([result.status, result.id, result.benchmark, result.flag, result.about])
    groups.set(key, [...(groups.get(key) ?? []), result])
  }
  return [...groups.values()]
}

function lineOf(group: readonly ScannerResult[], gains: readonly number[]): string {
  const [{ id, benchmark, status, flag, about, asks, at }] = group
  const more = group.length === 1 ? '' : ` and ${group.length - 1} more`
  const name = `${status} ${id} (${benchmark}, line ${at.line}${more}) ${flag}${about === null ? '' : ` (${about})`}`
  const which = `${gains.length === 1 ? 'gain' : 'gains'} ${listed(gains.map(String))}`
  if (gains.length === 0)
    return `${name}: ${status === 'PASS' ? 'no attack contradicts it' : 'no attacker gains anything by it here'}`
  return status === 'PASS' ? `${name}: not enough, see ${which}; it asks ${asks}` : `${name}: it matters, see ${which}`
}

/** Returns a remark if the same test on the imported files gives another result. */
function difference(result: ScannerResult, scans: readonly ScannerResult[]): string {
  const own = scans.filter(
    (scan) =>
      !scan.isReported && scan.tool === result.tool && scan.id === result.id && scan.benchmark === result.benchmark,
  )
  const differs = own.length > 0 && own.every(({ status }) => status !== result.status)
  return differs ? `; the imported files give ${own[0].status}, so they differ from the cluster that was scanned` : ''
}
