import type { BrokenWorkload } from '../../measure/fix.ts'
import type { FailureResult, Result, WorkloadResult } from '../../measure/result.ts'

/** A run without attackers, and the workloads that complete fewer requests than in the unchanged cluster. */
export interface Work {
  readonly broken: readonly BrokenWorkload[]
  readonly result: Result
}

/** Returns the work of a run, compared with another run. */
export function workOf(result: Result, base: Result, only: ReadonlySet<string> | null = null): Work {
  const broken = base.workloads.flatMap((before): BrokenWorkload[] => {
    if (only?.has(before.name) === false) return []
    const after = result.workloads.find(({ name }) => name === before.name)
    const completed = after?.completed ?? 0
    if (after !== undefined && (completed >= before.completed || !isOtherwise(after, before))) return []
    const known = new Set(before.failures.map(failureText))
    const failures = after?.failures ?? []
    const failure = failures.find((one) => !known.has(failureText(one))) ?? failures[0]
    const reason = failure === undefined ? 'requests get no response' : failureText(failure)
    return [{ workload: before.name, path: before.path, completed, of: before.completed, reason }]
  })
  return { broken, result }
}

/**
 * Returns whether requests fail for a new reason, or all of them fail. A different number of failures for the same
 * reason is chance, caused by another order of packets.
 */
function isOtherwise(after: WorkloadResult, before: WorkloadResult): boolean {
  const known = new Set(before.failures.map(failureText))
  return (
    after.completed === 0 ||
    after.unfinished > before.unfinished ||
    after.failures.some((failure) => !known.has(failureText(failure)))
  )
}

export function failureText({ reason, message }: FailureResult): string {
  return message === undefined ? reason : `${reason}: ${message}`
}
