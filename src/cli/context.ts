import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import type { Simulate } from './simulation/simulate.ts'

/** What a command is given: the world around it, and where it leaves its exit code. */
export interface Context {
  readonly io: Io
  readonly simulate: Simulate
  readonly exit: (code: ExitCode) => void
}
