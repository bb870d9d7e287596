import { Command, CommanderError } from 'commander'
import { addCompare } from './compare.ts'
import type { Context } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { addExplain } from './explain.ts'
import type { Io } from './io.ts'
import { addList } from './list.ts'
import { addMatrix } from './matrix.ts'
import { addNotBuiltYet } from './not-built-yet.ts'
import { addReplay } from './replay.ts'
import { reportBug } from './report-bug.ts'
import { addRun } from './run.ts'
import { addSchema } from './schema.ts'
import { type Simulate, simulateInWorker } from './simulate.ts'
import { addSweep } from './sweep.ts'
import { UsageError } from './usage-error.ts'
import { addValidate } from './validate.ts'
import { version } from './version.ts'

/** The whole command line, `argv` without program names; never throws, never touches the process. */
export async function onpath(
  argv: readonly string[],
  io: Io,
  simulate: Simulate = simulateInWorker,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok
  const exit = (code: ExitCode) => {
    exitCode = code
  }
  const commands = program({ io, simulate, exit })
  try {
    await commands.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    return explainFailure(error, argv, helpFor(argv, commands), io)
  }
  return exitCode
}

/** Commander's code for a command line that names no command. */
const HELP_WAS_SHOWN = 'commander.help'

const EXAMPLES = `
Examples:
  onpath run scenarios/wan-tls.yaml                     the figures of a scenario, as a table
  onpath run wan.yaml --set links.wan.loss=1% --json    the same with another loss, as JSON
  onpath sweep wan.yaml --sweep 'links.wan.loss=[0%, 1%]' --seeds 1..30    a grid of them
  onpath compare results/before results/after           what changed, in numbers and in words

Exit codes, the first that applies: 2 usage, 3 invalid scenario, 1 a bug in onpath, 7 event budget exceeded,
6 determinism violated, 5 regression, 4 an expectation was not met, 0 well; 130 or 143 interrupted.`

function program(context: Context): Command {
  const { io } = context
  const command = new Command('onpath')
    .description('Simulate the network paths between a Kubernetes control plane and its nodes, exactly repeatable')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(text.replace(/^error: /, 'onpath: ')),
      getOutHasColors: () => io.hasColor,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError()
    .addHelpText('after', EXAMPLES)
  for (const add of [
    addRun,
    addMatrix,
    addSweep,
    addValidate,
    addCompare,
    addReplay,
    addList,
    addSchema,
    addExplain,
    addNotBuiltYet,
  ])
    add(command, context)
  return command
}

/** What explains the command that was asked for. */
function helpFor([name]: readonly string[], program: Command): string {
  const isListed = program
    .createHelp()
    .visibleCommands(program)
    .some((command) => command.name() === name)
  return `See \`onpath ${isListed ? `${name} ` : ''}--help\`.\n`
}

function explainFailure(error: unknown, argv: readonly string[], help: string, io: Io): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok
    if (error.code !== HELP_WAS_SHOWN) io.err(help)
    return EXIT.usage
  }
  if (error instanceof UsageError) {
    io.err(`onpath: ${error.message}\n${help}`)
    return EXIT.usage
  }
  reportBug(error, `onpath ${argv.join(' ')}`, io)
  return EXIT.bug
}
