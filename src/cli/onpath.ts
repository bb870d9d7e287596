import { CommanderError, Command as Program } from 'commander'
import { UsageError } from '../disk/usage-error.ts'
import { namesOf } from '../engine/registry.ts'
import { visible, visibleCommands, visibleLines } from '../scenario/problems/visible.ts'
import { BudgetExceeded } from '../simulation/budget.ts'
import { InvalidOptions } from '../simulation/given/check-given.ts'
import { shellLine } from '../study/reproduce.ts'
import { Interrupted } from '../study/simulator/simulator.ts'
import type { Command, CommandEntry } from './commands/command.ts'
import { COMMANDS } from './commands.ts'
import type { Context } from './context.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { diskFiles, type Files } from './files/files.ts'
import { fittedNotes, helpColumns } from './help-text.ts'
import type { Io } from './io.ts'
import { commanderOption } from './options/option.ts'
import { reportBug } from './report-bug.ts'
import { InterruptedBeforeStart } from './simulation/interrupted-before-start.ts'
import type { Simulate } from './simulation/simulate.ts'
import { simulateScenario } from './simulation/simulate-scenario.ts'
import { version } from './version.ts'

/**
 * Runs the command line and returns its exit code. It never throws, and does not use the process itself.
 * @param argv the arguments without the names of programs
 */
export async function onpath(
  argv: readonly string[],
  process: Io,
  simulate: Simulate = simulateScenario,
  files: Files = diskFiles,
): Promise<ExitCode> {
  const io = withVisibleText(process)
  let exitCode: ExitCode = EXIT.ok
  const exit = (code: ExitCode) => {
    exitCode = code
  }
  const commands = program(io)
  try {
    await addCommands(argv, commands, { io, files, simulate, commands: COMMANDS, exit })
    await commands.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    return explainFailure(error, argv, helpFor(argv, commands), io)
  }
  return exitCode
}

/** Returns input and output that print nothing but line ends and colours that acts on a terminal or a CI system. */
function withVisibleText(io: Io): Io {
  return {
    ...io,
    out: (text) => io.out(visibleLines(text, io.hasColor)),
    err: (text) => io.err(visibleLines(text, false)),
    command: (text) => io.command(visibleCommands(text, false)),
  }
}

/** The code of Commander for a command line without a command, for which it shows the help. */
const HELP_WAS_SHOWN = 'commander.help'

const EXAMPLES = `
Examples:
  # print the figures of a scenario, and with another loss as JSON
  onpath run scenarios/first-steps.yaml
  onpath run scenarios/first-steps.yaml --set links.wire.loss=1% --json
  # exit with 4 if attackers get what others own
  onpath check scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  # run a grid of values
  onpath sweep scenarios/first-steps.yaml --sweep 'links.wire.loss=[0%, 1%]'

Exit codes (when several apply, the first one is used):
  130, 143 or 141  interrupted, or the reader of the output has gone
  2  wrong usage                  6  a replay gave another result
  3  invalid scenario             5  a regression
  1  a bug in onpath              4  an expectation or a policy was not met
  7  event budget exceeded        0  no problem`

function program(io: Io): Program {
  return new Program('onpath')
    .description('Simulate the network paths between a Kubernetes control plane and its nodes, and attackers on them')
    .version(version, '-v, --version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => write(wrongWords(text)),
      getOutHasColors: () => io.hasColor,
      getErrHasColors: () => false,
      getOutHelpWidth: () => helpColumns(io.columns),
      getErrHelpWidth: () => helpColumns(io.columns),
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showSuggestionAfterError()
    .addHelpText('after', () => fittedNotes(EXAMPLES, helpColumns(io.columns)))
}

/** Returns the complaint of Commander about the command line, with the words that it quotes on one line. */
function wrongWords(text: string): string {
  const [, complaint, suggestion = ''] = /^(?:error: )?([\s\S]*?)(\n\(Did you mean [^\n]*\))?\n*$/.exec(text) ?? []
  return `onpath: ${visible(complaint)}${suggestion}\n`
}

/** Adds all commands. Only those that the command line names are loaded; of others the help shows the summary. */
async function addCommands(argv: readonly string[], program: Program, context: Context): Promise<void> {
  for (const name of namesOf(COMMANDS)) {
    const { summary, load, isHidden }: CommandEntry = COMMANDS[name]
    const added = program.command(name, { hidden: isHidden === true }).description(summary)
    if (argv.includes(name)) describe(added, await load(), context)
  }
}

function describe(added: Program, command: Command, context: Context): void {
  for (const { syntax, meaning } of command.arguments) added.argument(syntax, meaning)
  for (const [key, option] of Object.entries(command.options)) added.addOption(commanderOption(key, option))
  const { notes } = command
  if (notes !== undefined) added.addHelpText('after', () => fittedNotes(notes, helpColumns(context.io.columns)))
  // Commander passes the arguments, then the options, then the command.
  added.action((...given) => command.run(given.slice(0, -2), given[given.length - 2], context))
}

/** Returns the line that names the help of the command. */
function helpFor([name]: readonly string[], program: Program): string {
  const isListed = program
    .createHelp()
    .visibleCommands(program)
    .some((command) => command.name() === name)
  return `See \`onpath ${isListed ? `${name} ` : ''}--help\`.\n`
}

async function explainFailure(error: unknown, argv: readonly string[], help: string, io: Io): Promise<ExitCode> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok
    if (error.code !== HELP_WAS_SHOWN) io.err(help)
    return EXIT.usage
  }
  if (error instanceof UsageError || error instanceof InvalidOptions) {
    io.err(`onpath: ${visible(error.message)}\n${help}`)
    return EXIT.usage
  }
  if (error instanceof BudgetExceeded) {
    const { budgetText } = await import('./budget-text.ts')
    io.err(`onpath: ${budgetText(error)}\n`)
    return EXIT.budgetExceeded
  }
  if (error instanceof Interrupted) {
    io.err(`onpath: ${error.message}\n`)
    return Object.values(EXIT).find((code) => code === error.reason) ?? EXIT.interrupted
  }
  if (error instanceof InterruptedBeforeStart) {
    io.err(`onpath: ${error.message}\n`)
    return error.code
  }
  reportBug(error, shellLine(argv), io)
  return EXIT.bug
}
