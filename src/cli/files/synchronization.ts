import { codeOf } from '../../disk/error-code.ts'

/** Ignores that a file system cannot synchronize a folder or device, as some cannot. @throws any other error */
export function ignoreUnable(error: unknown): void {
  if (codeOf(error) !== 'EINVAL') throw error
}
