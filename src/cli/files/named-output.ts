import { UsageError } from '../../disk/usage-error.ts'

/** Refuses the name of an output that is none: nothing, or that of standard output. @throws UsageError */
export function refuseNoName(path: string, option: string, noun: 'file' | 'folder'): void {
  if (path === '' || path === '-') throw new UsageError(`${option} needs the name of a ${noun}`)
}
