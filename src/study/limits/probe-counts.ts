import type { Result } from '../../measure/result.ts'
import type { Measured } from './criterion.ts'

/** The share of requests that may fail before logs and exec count as broken. */
const TOLERATED_SHARE = 0.01
/** The longest wait for logs or for the echo of a key. It equals the apiserver's timeout for requests. */
const LONGEST_MS = 60_000

/**
 * Returns the judgement of a probe. It is broken if more than the tolerated share of requests fail or get no response,
 * or if one takes too long.
 */
export function shareFailed({ workloads }: Result, probe: string): Measured {
  const own = workloads.filter(({ name }) => name.startsWith(probe))
  const bad = own.reduce((sum, { failed, unfinished }) => sum + failed + unfinished, 0)
  const all = own.reduce((sum, { completed }) => sum + completed, bad)
  if (all === 0) return { isBroken: true, figure: null }
  const isSlow = own.some(({ latencyMs }) => latencyMs.max !== null && latencyMs.max > LONGEST_MS)
  return { isBroken: bad / all > TOLERATED_SHARE || isSlow, figure: bad / all }
}
