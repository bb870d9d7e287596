import type { ExitCode } from './exit-code.ts'
import type { Files } from './files/files.ts'
import type { Io } from './io.ts'
import type { Options } from './options/option.ts'
import type { Simulate } from './simulation/simulate.ts'

/** A command as completion sees it. */
export interface KnownCommand {
  readonly summary: string
  readonly isHidden?: true
  load(): Promise<{ readonly arguments: readonly { readonly syntax: string }[]; readonly options: Options }>
}

/** The context in which a command runs: input and output, files, the simulator, and a way to set the exit code. */
export interface Context {
  readonly io: Io
  readonly files: Files
  readonly simulate: Simulate
  /** All commands, by name. */
  readonly commands: Readonly<Record<string, KnownCommand>>
  readonly exit: (code: ExitCode) => void
}
