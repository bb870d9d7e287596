import type { FailureReason } from '../transport/streams/failure.ts'

/** What a status of 400 and more is to the client that has it. */
export function failureOfStatus(status: number): FailureReason {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  return status === 429 ? 'too many requests' : 'server error'
}
