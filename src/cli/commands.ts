import { check } from './commands/check.ts'
import type { Command } from './commands/command.ts'
import { compare } from './commands/compare.ts'
import { explain } from './commands/explain.ts'
import { list } from './commands/list.ts'
import { matrix } from './commands/matrix.ts'
import { replay } from './commands/replay.ts'
import { run } from './commands/run.ts'
import { schema } from './commands/schema.ts'
import { sweep } from './commands/sweep.ts'
import { validate } from './commands/validate.ts'
import { version } from './commands/version.ts'

/** The commands of `onpath`, in the order of its help. */
export const COMMANDS = {
  run,
  check,
  matrix,
  sweep,
  validate,
  compare,
  replay,
  list,
  schema,
  explain,
  version,
} satisfies Readonly<Record<string, Command>>
