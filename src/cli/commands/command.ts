import type { Context } from '../context.ts'
import type { Given, Options } from '../options/option.ts'

/** A command in the help, without its module, which is loaded only when the command line names it. */
export interface CommandEntry {
  readonly summary: string
  /** True if the help does not show it, since only scripts call it. */
  readonly isHidden?: true
  load(): Promise<Command>
}

/** A command of the command line. Its name and its summary are in the registry, src/cli/commands.ts. */
export interface Command<Arguments extends readonly unknown[] = readonly unknown[], Known extends Options = Options> {
  readonly arguments: readonly { readonly syntax: string; readonly meaning: string }[]
  readonly options: Known
  /** Further explanations and examples, which the help shows below the options. */
  readonly notes?: string
  /**
   * Runs the command. It prints through `context.io` and sets the exit code by `context.exit`.
   * @throws UsageError when the arguments or options do not allow it to run
   */
  run(given: Arguments, options: Given<Known>, context: Context): void | Promise<void>
}
