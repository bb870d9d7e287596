import type { Io } from './io.ts'

/** `command` says how to see it again, seed included. */
export function reportBug(error: unknown, command: string, io: Io): void {
  const message = error instanceof Error ? error.message : String(error)
  io.err(`onpath: this is a bug in onpath, not in your scenario: ${message}\n`)
  io.err(`Please report it, with the scenario and this line: ${command}\n`)
  if (io.isDebugging) io.err(`${error instanceof Error ? error.stack : message}\n`)
  else io.err('ONPATH_DEBUG=1 shows where it happened.\n')
}
