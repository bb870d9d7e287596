import type { RequestResult } from '../verdict.ts'

/** Returns each kind of request once, in the order of first occurrence, with the number of times. */
export function joinRequests(requests: readonly RequestResult[]): RequestResult[] {
  const byKind = new Map<string, RequestResult>()
  for (const request of requests) {
    const key = JSON.stringify({ ...request, times: 0 })
    const known = byKind.get(key)
    byKind.set(key, known === undefined ? request : { ...known, times: known.times + request.times })
  }
  return [...byKind.values()]
}
