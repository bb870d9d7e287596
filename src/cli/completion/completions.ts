import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { shippedAttacks } from '../../disk/read-attacks.ts'
import { namesOf } from '../../engine/registry.ts'
import { POLICIES } from '../../measure/policies.ts'
import { LINK_PROFILES } from '../../network/link-profiles.ts'
import { PRESETS } from '../../scenario/presets/presets.ts'
import { optionName } from '../../values/option-name.ts'
import type { KnownCommand } from '../context.ts'
import { LISTS } from '../lists.ts'
import type { Options } from '../options/option.ts'
import { SHELLS } from './shell-scripts.ts'

/** The words, or files, that can stand at the end of a command line. */
export interface Completions {
  readonly words: readonly { readonly word: string; readonly meaning: string }[]
  /** True if a file or folder can stand there, which shells find, and quote, themselves. */
  readonly areFiles: boolean
}

/** The values of options that are names, by the key of the option. */
const VALUES: Readonly<Record<string, () => readonly string[]>> = {
  attack: shippedAttacks,
  policy: () => Object.keys(POLICIES),
  vantage: () => namesOf(VANTAGES),
  technique: () => namesOf(TECHNIQUES),
  preset: () => Object.keys(PRESETS),
  network: () => namesOf(LINK_PROFILES),
}

/** The values of arguments that are names, by the command. Other arguments are files. */
const ARGUMENTS: Readonly<Record<string, () => readonly string[]>> = {
  list: () => namesOf(LISTS),
  explain: () => namesOf(LISTS).flatMap((list) => LISTS[list].items().map(({ name }) => name)),
  completion: () => SHELLS,
}

const NOTHING: Completions = { words: [], areFiles: false }
const FILES: Completions = { words: [], areFiles: true }

/** Returns the possible completions of the last word of a command line. */
export async function completionsOf(
  line: readonly string[],
  commands: Readonly<Record<string, KnownCommand>>,
): Promise<Completions> {
  const before = line.slice(0, -1)
  const word = line.at(-1) ?? ''
  const [name] = before
  if (name === undefined)
    return beginning(
      word,
      Object.entries(commands).flatMap(([own, { summary, isHidden }]) =>
        isHidden === true ? [] : [{ word: own, meaning: summary }],
      ),
    )
  if (!Object.hasOwn(commands, name) || commands[name].isHidden === true) return NOTHING
  const { options, arguments: taken } = await commands[name].load()
  const [, ofOption] = /^(--[^=]+=)/.exec(word) ?? []
  if (ofOption !== undefined) {
    const { words, areFiles } = valuesOf(keyOf(ofOption.slice(0, -1), options), options)
    return areFiles ? FILES : beginning(word, words, ofOption)
  }
  if (word.startsWith('-'))
    return beginning(
      word,
      Object.entries(options).map(([key, { meaning }]) => ({ word: `--${optionName(key)}`, meaning })),
    )
  const open = openOption(before, options)
  const { words, areFiles } = open === null ? argumentsOf(name, taken.length > 0) : valuesOf(open, options)
  return areFiles ? FILES : beginning(word, words)
}

/** Returns the words that begin with the given text. */
function beginning(start: string, words: Completions['words'], head = ''): Completions {
  const own = words.map(({ word, meaning }) => ({ word: `${head}${word}`, meaning }))
  return { words: own.filter(({ word }) => word.startsWith(start)), areFiles: false }
}

function argumentsOf(command: string, areTaken: boolean): Completions {
  if (Object.hasOwn(ARGUMENTS, command)) return named(ARGUMENTS[command]())
  return areTaken ? FILES : NOTHING
}

function valuesOf(key: string | null, options: Options): Completions {
  if (key === null) return NOTHING
  if (Object.hasOwn(VALUES, key)) return named(VALUES[key]())
  return /file|folder/.test(options[key].argument ?? '') ? FILES : NOTHING
}

function named(names: readonly string[]): Completions {
  return { words: names.map((word) => ({ word, meaning: '' })), areFiles: false }
}

/** Returns the key of the option that takes the next word, or null. */
function openOption(before: readonly string[], options: Options): string | null {
  const at = before.findLastIndex((word) => word.startsWith('-') && word !== '-')
  const key = at < 1 ? null : keyOf(before[at], options)
  const argument = key === null ? null : options[key].argument
  if (argument === null) return null
  return at === before.length - 1 || argument.includes('...') ? key : null
}

function keyOf(written: string, options: Options): string | null {
  const own = Object.entries(options).find(
    ([key, { short }]) => written === `--${optionName(key)}` || (short !== undefined && written === `-${short}`),
  )
  return own === undefined ? null : own[0]
}
