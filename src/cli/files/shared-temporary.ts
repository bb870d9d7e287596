import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { discard } from './discard.ts'
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
 * The age at which a temporary file of another machine is taken for left behind: a file of one result is written in
 * less than a second.
 */
const OLD_MS = 3_600_000

/** Removes the temporary files that processes have left in a folder: ended ones of this machine, and any an hour ago. */
export function removeLeftBehind(folder: string, files: Files): void {
  for (const name of files.list(folder)) {
    const path = join(folder, name)
    if (isLeftBehind(name, path, files)) discard(path, files)
  }
}

function isLeftBehind(name: string, path: string, { thisProcess, runningProcess, kindOf, ageMs }: Files): boolean {
  const [, host, pid, identity] = NAME.exec(name) ?? []
  if (host === undefined || kindOf(path) !== 'file') return false
  // The processes of other machines are not known.
  if (host !== short(thisProcess.host)) return ageMs(path) >= OLD_MS
  const running = runningProcess(Number(pid))
  return running === null || identityOf(running) !== identity
}

function identityOf({ pid, started }: ProcessIdentity): string {
  return short(`${pid} ${started}`)
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
