import type { Expectation } from '../measure/expectation.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Findings } from './findings.ts'
import { parseExpectation } from './parse-expectation.ts'

export function resolveExpectations(
  lines: readonly (string | undefined)[],
  workloadNames: ReadonlySet<string>,
  findings: Findings,
): Expectation[] {
  return lines.flatMap((line, index) => {
    if (line === undefined) return []
    const path = ['expect', index]
    const parsed = parseExpectation(line)
    if (!parsed.ok) {
      const { start, end, code, message, hint } = parsed.mistake
      findings.reportWithin(path, start, end, code, message, hint)
      return []
    }
    const { workload } = parsed.value
    if (workload === null || workloadNames.has(workload)) return [parsed.value]
    const start = line.indexOf('(') + 1 + line.slice(line.indexOf('(') + 1).indexOf(workload)
    findings.reportWithin(
      path,
      start,
      start + workload.length,
      'unknown-name',
      `no workload is named ${workload}`,
      didYouMean(workload, workloadNames),
    )
    return []
  })
}
