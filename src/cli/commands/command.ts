import type { Context } from '../context.ts'
import type { Given, Options } from '../options/option.ts'

/** A command of the command line. Its name is its key in the registry, `src/cli/commands.ts`. */
export interface Command<Arguments extends readonly unknown[] = readonly unknown[], Known extends Options = Options> {
  readonly summary: string
  readonly arguments: readonly { readonly syntax: string; readonly meaning: string }[]
  readonly options: Known
  /** Below the options in its help: what else is to know, and examples. */
  readonly notes?: string
  /**
   * Prints through `context.io` and leaves its exit code with `context.exit`.
   * @throws UsageError where it cannot be done as it was asked for.
   */
  run(given: Arguments, options: Given<Known>, context: Context): void | Promise<void>
}
