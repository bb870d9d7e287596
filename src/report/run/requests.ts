import type { Result, WorkloadResult } from '../../measure/result.ts'
import type { FailureReason } from '../../transport/streams/failure.ts'

/**
 * Returns how many requests were open when the run ended. Background workloads, which last until then, do not count.
 */
export function unfinishedOf({ unfinished, isBackground }: WorkloadResult): number {
  return isBackground ? 0 : unfinished
}

/** Formats the number of completed requests, with the total if some did not complete: `100`, `98/100`. */
export function doneText(workload: WorkloadResult): string {
  const { completed, failed } = workload
  const sent = completed + failed + unfinishedOf(workload)
  return completed === sent ? `${sent}` : `${completed}/${sent}`
}

/** The change to make in a scenario whose requests failed for a reason in the client's host. */
const REMEDIES: Partial<Record<FailureReason, string>> = {
  'cannot assign requested address':
    'all ports to this destination are taken, most by connections that closed less than a minute ago; keep connections alive, or set tcp.ephemeral-ports or tcp.time-wait-reuse of the client',
}

function remedyText(reason: FailureReason): string {
  const remedy = REMEDIES[reason]
  return remedy === undefined ? '' : ` (${remedy})`
}

/** Returns a line for each reason why requests of a run failed, and for requests that were unfinished at its end. */
export function failureLines({ workloads }: Pick<Result, 'workloads'>): string[] {
  return workloads.flatMap((workload) => {
    const { name, failures } = workload
    const unfinished = unfinishedOf(workload)
    return [
      ...failures.map(({ reason, message, count }) => {
        const told = message === undefined ? '' : ` (${message})`
        return `${name}: ${count} failed: ${reason}${told}${remedyText(reason)}`
      }),
      ...(unfinished > 0 ? [`${name}: ${unfinished} unfinished when the run ended`] : []),
    ]
  })
}

/** Returns the wire bytes per delivered body byte; null if no body byte arrived. */
export function wireBytesPerBodyByte({ deliveredBytes, wireBytes }: WorkloadResult): number | null {
  return deliveredBytes === 0 ? null : wireBytes / deliveredBytes
}
