import type { ExitCode } from './exit-code.ts'
import type { Files } from './files/files.ts'
import type { Io } from './io.ts'
import type { Simulate } from './simulation/simulate.ts'

/** The context in which a command runs: input and output, files, the simulator, and a way to set the exit code. */
export interface Context {
  readonly io: Io
  readonly files: Files
  readonly simulate: Simulate
  readonly exit: (code: ExitCode) => void
}
