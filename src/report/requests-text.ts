import type { RequestResult } from '../measure/verdict.ts'

/** Describes what a server responded, as `get nodes/proxy at node-1:10250: 403 to system:anonymous, 3 times`. */
export function requestText({ verb, resource, status, by, server, port, times, reason }: RequestResult): string {
  const at = port === null ? server : `${server}:${port}`
  const often = times === 1 ? '' : `, ${times} times`
  const why = reason === undefined ? '' : ` (${reason})`
  return `${verb} ${resource} at ${at}: ${status ?? 'no response'}${why} to ${by}${often}`
}

/** Describes several, separated by semicolons. */
export function requestsText(requests: readonly RequestResult[]): string {
  return requests.map(requestText).join('; ')
}
