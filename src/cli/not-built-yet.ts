import type { Command } from 'commander'
import { UsageError } from './usage-error.ts'

const PLANNED = ['report', 'init']

/** Planned commands are refused by name, so that nobody looks for a typing mistake. */
export function addNotBuiltYet(program: Command): void {
  for (const name of PLANNED) {
    program
      .command(name, { hidden: true })
      .argument('[anything...]')
      .allowUnknownOption()
      .action(() => {
        throw new UsageError(`\`${name}\` is planned, but not built yet`)
      })
  }
}
