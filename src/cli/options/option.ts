import { Option as CommanderOption } from 'commander'

/** An option of a command. Its name is its key in the command's record, `maxEvents` for `--max-events`. */
export interface Option<Value> {
  readonly meaning: string
  /** As the help shows it, `<number>`; null: the option takes none. */
  readonly argument: string | null
  /** What its text says; `earlier` is what it has said before, where it is repeated. */
  parse?(text: string, earlier: Value): Value
  /** Where it is not given. */
  readonly otherwise: Value
}

export type Options = Readonly<Record<string, Option<unknown>>>

type ValueOf<Chosen> = Chosen extends Option<infer Value> ? Value : never

/** What a command is given: a key is absent where its option is, unless that has a value of its own then. */
export type Given<Known extends Options> = {
  readonly [Key in keyof Known as undefined extends ValueOf<Known[Key]> ? never : Key]: ValueOf<Known[Key]>
} & {
  readonly [Key in keyof Known as undefined extends ValueOf<Known[Key]> ? Key : never]?: Exclude<
    ValueOf<Known[Key]>,
    undefined
  >
}

export function flag(meaning: string): Option<true | undefined> {
  return { meaning, argument: null, otherwise: undefined }
}

/** @param parse throws InvalidArgumentError where the text is no such value. */
export function value<Value>(
  argument: string,
  meaning: string,
  parse: (text: string) => Value,
): Option<Value | undefined> {
  return { meaning, argument, parse, otherwise: undefined }
}

export function text(argument: string, meaning: string): Option<string | undefined> {
  return { meaning, argument, otherwise: undefined }
}

/** Takes all words up to the next option. */
export function words(argument: string, meaning: string): Option<readonly string[] | undefined> {
  return { meaning, argument: argument.replace('>', '...>'), otherwise: undefined }
}

export function repeated(argument: string, meaning: string): Option<readonly string[]> {
  return {
    meaning: `${meaning}; may be repeated`,
    argument,
    parse: (word, earlier) => [...earlier, word],
    otherwise: [],
  }
}

/** For the library that parses command lines. */
export function commanderOption(
  key: string,
  { argument, meaning, parse, otherwise }: Option<unknown>,
): CommanderOption {
  const name = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  const option = new CommanderOption(argument === null ? name : `${name} ${argument}`, meaning)
  if (parse !== undefined) option.argParser(parse)
  if (otherwise !== undefined) option.default(otherwise, 'none')
  return option
}
