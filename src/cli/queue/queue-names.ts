import type { PointKey } from '../../study/sweep/point.ts'

/** The beginning of all keys on the server. */
export const PREFIX = 'onpath'

/** Returns the name of the queue of a build: workers of other builds, whose results could differ, do not see its jobs. */
export function queueName(build: string): string {
  return `points-${build.replaceAll(':', '-')}`
}

/** The key under which a worker leaves the result of a point. */
export function resultKey(key: PointKey): string {
  return `${PREFIX}:result:${key}`
}

const WORKERS = `${PREFIX}:worker:`

/** The pattern of the keys by which workers show that they are there. */
export const ANY_WORKER = `${WORKERS}*`

export function workerKey(build: string, id: string): string {
  return `${WORKERS}${encodeURIComponent(build)}:${id}`
}

/** Returns the build of a registered worker; null for other keys. */
export function buildOfWorker(key: string): string | null {
  const written = key.slice(WORKERS.length).split(':')[0]
  return /^[\w.%-]{1,200}$/.test(written) ? decodeURIComponent(written) : null
}
