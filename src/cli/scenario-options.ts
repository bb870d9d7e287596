import { type Command, InvalidArgumentError, Option } from 'commander'
import { isDate } from '../scenario/expectations/resolve-acceptances.ts'

/** FILE and what may be changed of it, alike for every command that reads scenarios. */
export function addScenarioOptions(command: Command): Command {
  return command
    .argument('<file...>', 'scenario files; - is standard input')
    .option('--seed <number>', "the seed, in place of the scenario's", wholeNumber)
    .addOption(
      new Option('--set <path=value>', 'a value of the scenario, as in --set links.wan.loss=1%; may be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(attackOption())
    .option('--json', 'print JSON: one document, or one a line for several files')
}

export interface ScenarioOptions {
  readonly seed?: number
  readonly set: readonly string[]
  readonly attack: readonly string[]
  readonly json?: true
}

export function attackOption(): Option {
  return new Option(
    '--attack <name>',
    'an attack that ships, or a file with one, laid over the scenario; may be repeated',
  )
    .argParser(collect)
    .default([], 'none')
}

/** A day of the calendar. */
export function date(text: string): string {
  if (!isDate(text)) throw new InvalidArgumentError('It is no date such as 2027-03-01.')
  return text
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It is no whole number up to 2^53.')
  return value
}

export function count(text: string): number {
  const value = wholeNumber(text)
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.')
  return value
}

export function collect(text: string, earlier: readonly string[]): string[] {
  return [...earlier, text]
}
