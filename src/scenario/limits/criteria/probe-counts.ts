import type { Result } from '../../../measure/result.ts'
import type { Measured } from './criterion.ts'

/** The share of requests that may fail before logs and exec count as broken. */
const TOLERATED_SHARE = 0.01

/** Returns what became of the requests of a probe: broken if more than the tolerated share fails or gets no response. */
export function shareFailed({ workloads }: Result, probe: string): Measured {
  const own = workloads.filter(({ name }) => name.startsWith(probe))
  const bad = own.reduce((sum, { failed, unfinished }) => sum + failed + unfinished, 0)
  const all = own.reduce((sum, { completed }) => sum + completed, bad)
  if (all === 0) return { isBroken: true, figure: null }
  return { isBroken: bad / all > TOLERATED_SHARE, figure: bad / all }
}
