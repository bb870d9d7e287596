import { formatCount } from '../../report/format-number.ts'
import type { PointWorkerOptions, WorkerReport } from './point-worker.ts'

const NS_PER_MS = 1_000_000
const DEFAULT_LOCK_MS = 30_000

/** Returns the times of a worker by its options, which are durations in nanoseconds. */
export function timesOf({
  lock,
  idle,
}: {
  readonly lock?: number
  readonly idle?: number
}): Pick<PointWorkerOptions, 'lockMs' | 'idleMs'> {
  return {
    lockMs: lock === undefined ? DEFAULT_LOCK_MS : Math.max(1, Math.round(lock / NS_PER_MS)),
    idleMs: idle === undefined ? null : idle / NS_PER_MS,
  }
}

/** Describes the work of a worker. */
export function workText({ done, refused }: WorkerReport): string {
  const refusals = refused === 0 ? '' : `, ${formatCount(refused, 'job')} refused`
  return `${formatCount(done, 'point')} simulated${refusals}`
}
