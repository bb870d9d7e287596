import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from '../../disk/error-code.ts'

/** A process, such that no other one is taken for it when its number is used again. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Its start, in ticks of the kernel since boot; null if unknown. */
  readonly started: string | null
}

/** This process. */
export const thisProcess: ProcessIdentity = identityOf(process.pid)

/** Returns the process that has this number on this machine now, or null. */
export function runningProcess(pid: number): ProcessIdentity | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of another user cannot be signalled, but exists.
    if (codeOf(error) !== 'EPERM') return null
  }
  return identityOf(pid)
}

function identityOf(pid: number): ProcessIdentity {
  return { pid, host: hostname(), started: startOf(pid) }
}

/** Reads the 22nd field of /proc/PID/stat. The second one is a name in parentheses, which can contain blanks. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null
  } catch {
    return null
  }
}
