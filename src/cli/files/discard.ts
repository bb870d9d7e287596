import type { Files } from './files.ts'

/** Removes a temporary file if it can. */
export function discard(path: string, files: Files): void {
  try {
    files.removeFile(path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}
