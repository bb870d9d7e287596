import { UsageError } from '../../disk/usage-error.ts'

/** Refuses an empty name of an output, and the name of standard output. @throws UsageError */
export function refuseNoName(path: string, option: string, noun: 'file' | 'folder'): void {
  if (path === '' || path === '-') throw new UsageError(`${option} needs the name of a ${noun}`)
}
