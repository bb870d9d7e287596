import type { Files } from './files.ts'
import { ifPossible } from './if-possible.ts'

/** Removes a temporary file if it can. */
export function discard(path: string, files: Files): void {
  ifPossible(() => files.removeFile(path))
}
