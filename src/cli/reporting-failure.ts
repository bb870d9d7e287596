import { UsageError } from '../disk/usage-error.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'

/**
 * Writes to a folder or file, and returns the exit code. Prints a failure instead of throwing it, so that the caller
 * goes on.
 */
export function reportingFailure(write: () => void, io: Io): ExitCode {
  try {
    write()
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(`onpath: ${error.message}\n`)
    return EXIT.usage
  }
}
