import { visible } from '../scenario/problems/visible.ts'
import type { Io } from './io.ts'

/** Tells the user which file or folder was written, on one line, whatever its name is. */
export function noteWritten(path: string, io: Io, remark = ''): void {
  io.err(`written: ${visible(path)}${remark}\n`)
}
