import { visible } from '../scenario/problems/visible.ts'
import type { Io } from './io.ts'

/** Tells the user which file or folder was written, on one line for any name. */
export function noteWritten(path: string, io: Io, remark = ''): void {
  io.err(`written: ${visible(path)}${remark}\n`)
}
