import { FAILURE_REASONS, type FailureReason } from '../transport/streams/failure.ts'

/**
 * The beginnings of an API server's messages when it could not forward a request. The reason follows. The empty one is
 * for logs, where the reason follows the URL (pkg/registry/generic/rest/streamer.go).
 */
export const PROXY_ERRORS = ['', 'error dialing backend: ', 'error trying to reach service: '] as const

export type ProxyError = (typeof PROXY_ERRORS)[number]

/** Numbers such a message, for the mark at the end of the response; 0 stands for any other response. */
export function proxyErrorCode(beginning: ProxyError, reason: FailureReason): number {
  return 1 + PROXY_ERRORS.indexOf(beginning) + PROXY_ERRORS.length * FAILURE_REASONS.indexOf(reason)
}

/** Returns the message with this number; null for 0. */
export function proxyErrorText(code: number): string | null {
  if (code === 0) return null
  const beginning = (code - 1) % PROXY_ERRORS.length
  return `${PROXY_ERRORS[beginning]}${FAILURE_REASONS[(code - 1 - beginning) / PROXY_ERRORS.length]}`
}
