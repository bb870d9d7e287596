import type { Place } from '../origin.ts'
import type { Word } from './program-run.ts'

/** A flag on a command line. */
export interface WrittenFlag {
  /** The name without dashes, with underscores as dashes, as programs of Kubernetes read it. */
  readonly name: string
  /** The value; null for a flag without one, which means true. */
  readonly value: string | null
  readonly at: Place
}

/** Returns whether a flag takes no value from the next word; undefined if that is not known. */
export type IsBoolean = (name: string) => boolean | undefined

/**
 * Reads flags as pflag does (spf13/pflag flag.go, parseLongArg; component-base cli/flag/flags.go,
 * WordSepNormalizeFunc): `--name=value`, `--name value`, and `--name` alone for a boolean. Words that are not flags are
 * skipped, and `--` ends the flags. An unknown flag takes the next word unless it begins with a dash.
 */
export function readFlags(words: readonly Word[], isBoolean: IsBoolean): WrittenFlag[] {
  const flags: WrittenFlag[] = []
  for (let i = 0; i < words.length; i++) {
    const { text, at } = words[i]
    if (text === '--') break
    const match = /^--?([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(text)
    if (match === null) continue
    const name = match[1].replaceAll('_', '-')
    const next = words[i + 1]
    const takesNext = match[2] === undefined && next !== undefined && mayTake(isBoolean(name), next.text)
    flags.push({ name, value: match[2] ?? (takesNext ? next.text : null), at })
    if (takesNext) i++
  }
  return flags
}

function mayTake(isBoolean: boolean | undefined, next: string): boolean {
  return isBoolean === undefined ? !next.startsWith('-') : !isBoolean
}

/** Returns the flag that takes effect, which is the last one with this name. */
export function lastFlag(flags: readonly WrittenFlag[], name: string): WrittenFlag | undefined {
  return flags.findLast((flag) => flag.name === name)
}
