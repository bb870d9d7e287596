import { type Flag, stateAt } from '../../cluster/flags/flag.ts'
import { splitList } from '../../cluster/flags/list-kind.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { type Place, type Sourced, written } from '../origin.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { Note } from '../report/note.ts'
import { meantField } from './other-flags.ts'
import type { Plain } from './stanza.ts'

/** The result of reading a flag or field: a value, not set, or a value that the model does not know. */
export type ReadValue =
  | { readonly kind: 'value'; readonly value: Sourced<Plain> }
  | { readonly kind: 'unset' }
  | { readonly kind: 'bad'; readonly at: Place; readonly why: string }

/** A value as written, with its line. */
export interface WrittenText {
  readonly text: string | null
  /** The items of a list in YAML. */
  readonly items?: readonly string[]
  readonly at: Place
}

/** Reads a value of a flag by its kind. An empty value means that the flag is not set. */
export function readValue(flag: Flag, { text, items, at }: WrittenText): ReadValue {
  const value = (one: Plain): ReadValue => ({ kind: 'value', value: written(one, at) })
  const { kind } = flag
  if (kind.list !== undefined) {
    const known = new Set<string>(kind.list.items)
    const kept = (items ?? splitList(text ?? '')).filter((item) => known.has(item))
    return kept.length === 0 && 'off' in flag.default ? { kind: 'unset' } : value(kept)
  }
  if (text === null && kind.bare !== undefined) return value(kind.bare)
  if (text === null || (text === '' && kind.bare === undefined)) return { kind: 'unset' }
  const read = kind.read(text)
  if (!read.ok) return { kind: 'bad', at, why: `${read.why}${meantText(text, read.words ?? [])}` }
  const parsed = kind.parse(read.form)
  return parsed.ok && parsed.value === flag.unset ? { kind: 'unset' } : value(read.form)
}

function meantText(text: string, words: readonly string[]): string {
  const meant = meantField(text, words)
  return meant === null ? '' : ` (did you mean ${meant}?)`
}

/** Returns the note about a value that prevents a program from starting. */
export function noteOfBad(
  { at, why }: { readonly at: Place; readonly why: string },
  name: string,
  program: string,
): Note {
  return {
    kind: 'contradiction',
    at,
    message: `the value of ${name} ${why}`,
    consequence: `${program} does not start with it; it is taken as left out`,
  }
}

/**
 * Returns the effective text of all flags with one name: the last one, or for lists all of them (spf13/pflag
 * string_slice.go).
 */
export function textOfFlags(flag: Flag, name: string, flags: readonly WrittenFlag[]): WrittenText | null {
  const own = flags.filter((one) => one.name === name)
  const last = own.at(-1)
  if (last === undefined) return null
  if (flag.kind.list === undefined) return { text: last.value, at: last.at }
  return { text: null, items: own.flatMap(({ value }) => splitList(value ?? '')), at: last.at }
}

/** Returns the items of a list that the model does not know. */
export function unknownItems({ kind }: Flag, { text, items }: WrittenText): readonly string[] {
  if (kind.list === undefined) return []
  const known = new Set<string>(kind.list.items)
  return (items ?? splitList(text ?? '')).filter((item) => !known.has(item))
}

export function isInRelease(flag: Flag, version: KubernetesVersion): boolean {
  return stateAt(flag, version) === 'present'
}
