import { codeOf } from '../../disk/error-code.ts'

/** Does something that may fail: an error of the file system does not matter. */
export function ifPossible(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (codeOf(error) === null) throw error
  }
}
