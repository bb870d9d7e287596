import { createHash, randomBytes } from 'node:crypto'
import type { Files } from './files.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Temporary files in folders to which several machines write: `.onpath-HOST-PID-PROCESS-RANDOM.tmp`. */
const NAME = /^\.onpath-([0-9a-f]{8})-(\d{1,10})-([0-9a-f]{8})-[0-9a-f]{12}\.tmp$/

/** Returns a name that no other process on any machine has, for a temporary file. */
export function sharedTemporaryName({ thisProcess }: Files): string {
  const { host, pid } = thisProcess
  return `.onpath-${short(host)}-${pid}-${identityOf(thisProcess)}-${randomBytes(6).toString('hex')}.tmp`
}

/**
 * Returns whether a file is a temporary one of a process that has ended. Only this machine's processes are known, so
 * that those of others are taken for running.
 */
export function isLeftBehind(name: string, { thisProcess, runningProcess }: Files): boolean {
  const [, host, pid, identity] = NAME.exec(name) ?? []
  if (host !== short(thisProcess.host)) return false
  const running = runningProcess(Number(pid))
  return running === null || identityOf(running) !== identity
}

function identityOf({ pid, started }: ProcessIdentity): string {
  return short(`${pid} ${started}`)
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
