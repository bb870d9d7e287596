import type { RequestResult } from '../measure/verdict.ts'

/** Describes what a server responded, as `get nodes/proxy at node-1:10250: 403 to system:anonymous, 3 times`. */
export function requestText({ verb, resource, status, by, server, port, times }: RequestResult): string {
  const at = port === null ? server : `${server}:${port}`
  const often = times === 1 ? '' : `, ${times} times`
  return `${verb} ${resource} at ${at}: ${status ?? 'no response'} to ${by}${often}`
}

/** Describes several, separated by semicolons. */
export function requestsText(requests: readonly RequestResult[]): string {
  return requests.map(requestText).join('; ')
}
