import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Files } from './files.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** The file that names the process that owns a folder of unfinished results. */
export const OWNER = 'owner.json'
/** The file that says why results are unfinished. Its process does not write to the folder any more. */
export const REASON = 'reason.txt'

export interface Owner extends ProcessIdentity {
  /** The name of one run of this process. */
  readonly token: string
  /** When it began to write, such as 2027-03-01T12:00:00.000Z; null when an earlier version wrote it. */
  readonly since: string | null
}

/** Names of files and folders that exist only while something is written; a killed process leaves them behind. */
export const TEMPORARY = /^\.onpath-(\d{1,10})-[0-9a-f]{12}(?:\.tmp)?$/

/** Returns a name that no other run has, for a temporary file or folder. */
export function temporaryName(token: string): string {
  return `.onpath-${token}`
}

export function newOwner({ thisProcess }: Files): Owner {
  const token = `${thisProcess.pid}-${randomBytes(6).toString('hex')}`
  return { ...thisProcess, token, since: new Date().toISOString() }
}

/** Reads the owner of a folder. Returns null when it has none, so that it is not a folder of onpath. */
export function readOwner(folder: string, files: Files): Owner | null {
  const path = join(folder, OWNER)
  if (files.kindOf(path) !== 'file') return null
  try {
    return ownerIn(JSON.parse(new TextDecoder().decode(files.read(path))))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function ownerIn(value: unknown): Owner | null {
  const { pid, host, started, token, since = null }: Partial<Record<keyof Owner, unknown>> = Object(value)
  const isTime = since === null || (typeof since === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/.test(since))
  const isOwner =
    isTime &&
    typeof pid === 'number' &&
    typeof host === 'string' &&
    (started === null || typeof started === 'string') &&
    typeof token === 'string' &&
    TEMPORARY.test(temporaryName(token))
  return isOwner ? { pid, host, started, token, since } : null
}

/** Returns whether the owner of a folder can still write to it. A process of another machine is taken for running. */
export function isWriting(owner: Owner, folder: string, files: Files): boolean {
  if (files.kindOf(join(folder, REASON)) !== null) return false
  if (owner.host !== files.thisProcess.host) return true
  const running = files.runningProcess(owner.pid)
  return running !== null && running.started === owner.started
}
