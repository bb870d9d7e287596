import { NOBODY, type RequestResult } from '../measure/verdict.ts'

/** Describes a server's response: `get nodes/proxy at node-1:10250: 403 to system:anonymous, 3 times`. */
export function requestText({ verb, resource, status, by, server, port, times, reason }: RequestResult): string {
  const at = port === null ? server : `${server}:${port}`
  const often = times === 1 ? '' : `, ${times} times`
  const why = reason === undefined ? '' : ` (${reason})`
  const whom = by === NOBODY ? 'to an unauthenticated client' : `to ${by}`
  return `${verb} ${resource} at ${at}: ${status ?? 'no response'}${why} ${whom}${often}`
}

/** Describes the identity of a privilege: `as system:node:node-1`, or that the port asks for none. */
export function identityText(as: string): string {
  return as === NOBODY ? 'without authentication' : `as ${as}`
}

/** Describes several responses, separated by semicolons. */
export function requestsText(requests: readonly RequestResult[]): string {
  return requests.map(requestText).join('; ')
}
