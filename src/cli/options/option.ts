import { Option as CommanderOption } from 'commander'
import { optionName } from '../../values/option-name.ts'

/** An option of a command. Its name is its key in the options of the command: `maxEvents` for `--max-events`. */
export interface Option<Value> {
  readonly meaning: string
  /** The argument in the help, such as `<number>`, or null for an option without an argument. */
  readonly argument: string | null
  /** A letter by which it can be given too, such as `o` for `-o`. */
  readonly short?: string
  /** Parses the argument. For a repeated option, `earlier` is the value so far. */
  parse?(text: string, earlier: Value): Value
  /** The value when the option is not given. */
  readonly otherwise: Value
}

export type Options = Readonly<Record<string, Option<unknown>>>

type ValueOf<Chosen> = Chosen extends Option<infer Value> ? Value : never

/** The values of options. The key of an option that is not given is absent, unless the option has a default. */
export type Given<Known extends Options> = {
  readonly [Key in keyof Known as undefined extends ValueOf<Known[Key]> ? never : Key]: ValueOf<Known[Key]>
} & {
  readonly [Key in keyof Known as undefined extends ValueOf<Known[Key]> ? Key : never]?: Exclude<
    ValueOf<Known[Key]>,
    undefined
  >
}

/** Makes an option without an argument. */
export function flag(meaning: string): Option<true | undefined> {
  return { meaning, argument: null, otherwise: undefined }
}

/**
 * Makes an option with a value.
 * @param parse throws InvalidArgumentError for an invalid text
 */
export function value<Value>(
  argument: string,
  meaning: string,
  parse: (text: string) => Value,
): Option<Value | undefined> {
  return { meaning, argument, parse, otherwise: undefined }
}

/** Makes an option whose value is a text. */
export function text(argument: string, meaning: string): Option<string | undefined> {
  return { meaning, argument, otherwise: undefined }
}

/** Makes an option that takes all words up to the next option. */
export function words(argument: string, meaning: string): Option<readonly string[] | undefined> {
  return { meaning, argument: argument.replace('>', '...>'), otherwise: undefined }
}

/** Makes an option that can be given several times. */
export function repeated(argument: string, meaning: string): Option<readonly string[]> {
  return {
    meaning: `${meaning}; can be repeated`,
    argument,
    parse: (word, earlier) => [...earlier, word],
    otherwise: [],
  }
}

/** Returns the option for Commander. */
export function commanderOption(
  key: string,
  { argument, meaning, parse, otherwise, short }: Option<unknown>,
): CommanderOption {
  const long = `--${optionName(key)}`
  const name = short === undefined ? long : `-${short}, ${long}`
  const option = new CommanderOption(argument === null ? name : `${name} ${argument}`, meaning)
  if (parse !== undefined) option.argParser(parse)
  if (otherwise !== undefined) option.default(otherwise, 'none')
  return option
}
