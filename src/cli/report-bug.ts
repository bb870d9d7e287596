import { visible } from '../scenario/problems/visible.ts'
import type { Io } from './io.ts'

/**
 * Reports a bug of onpath to the user.
 * @param command the command that reproduces it, with the seed
 */
export function reportBug(error: unknown, command: string, io: Io): void {
  const message = error instanceof Error ? error.message : String(error)
  io.err(`onpath: this is a bug in onpath and not in your scenario: ${visible(message)}\n`)
  io.err(`Please report it, with the scenario and this command: ${command}\n`)
  if (io.isDebugging) io.err(`${error instanceof Error ? error.stack : message}\n`)
  else io.err('Set ONPATH_DEBUG=1 to see where it happened.\n')
}
