import type { BrokenWorkload } from '../../measure/fix.ts'
import type { FailureResult, Result, WorkloadResult } from '../../measure/result.ts'

/** A run without attackers, with the workloads that complete fewer requests than those of the cluster as it is. */
export interface Work {
  readonly broken: readonly BrokenWorkload[]
  readonly result: Result
}

/** Returns what works in a run, compared with another one. */
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
 * Returns whether requests fail for another reason than before, or all of them. Fewer that fail for the same reason are
 * chance: another order of packets.
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
