import type { FailureReason } from '../transport/streams/failure.ts'

/** The reasons of failure that a response gives. The server was there, and refused the request. */
export const REFUSALS: readonly FailureReason[] = ['unauthorized', 'forbidden', 'too many requests', 'server error']

/** Returns the reason of failure that the client reports for a status of 400 or more. */
export function failureOfStatus(status: number): FailureReason {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  return status === 429 ? 'too many requests' : 'server error'
}
