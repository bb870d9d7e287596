import { type Flag, stateAt } from '../../cluster/flags/flag.ts'
import type { KubernetesVersion } from '../../cluster/versions/kubernetes-version.ts'
import { type Place, type Sourced, written } from '../origin.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { Note } from '../report/note.ts'
import { booleanOf } from '../tree-values.ts'
import { meantField } from './other-flags.ts'
import type { Plain } from './stanza.ts'

/** The meaning of a flag or field: a value, that it is not set, or a value that the model does not know. */
export type ReadValue =
  | { readonly kind: 'value'; readonly value: Sourced<Plain> }
  | { readonly kind: 'unset' }
  | { readonly kind: 'bad'; readonly at: Place; readonly why: string }

/** A value as it is written, with its line. */
export interface WrittenText {
  readonly text: string | null
  /** The items of a list in YAML. */
  readonly items?: readonly string[]
  readonly at: Place
}

const GO_DURATION = /^-?(?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+$/

/** Reads a value of a flag by its kind. An empty value means that the flag is not set. */
export function readValue(flag: Flag, { text, items, at }: WrittenText): ReadValue {
  const value = (one: Plain): ReadValue => ({ kind: 'value', value: written(one, at) })
  const bad = (why: string): ReadValue => ({ kind: 'bad', at, why })
  const { kind } = flag
  if (kind.type === 'list') {
    const known = new Set<string>(kind.items)
    const kept = (items ?? splitList(text ?? '')).filter((item) => known.has(item))
    return kept.length === 0 && 'off' in flag.default ? { kind: 'unset' } : value(kept)
  }
  if (kind.type === 'boolean') {
    const isOn = text === null ? true : booleanOf(text)
    return isOn === undefined ? bad('is no boolean') : value(isOn)
  }
  if (text === null || text === '') return { kind: 'unset' }
  switch (kind.type) {
    case 'port':
    case 'integer':
    case 'seconds':
      return readNumber(flag, text, at)
    case 'duration':
      return readDuration(flag, text, at)
    case 'choice':
      return kind.words.includes(text)
        ? value(text)
        : bad(`is none of ${kind.words.join(', ')}${meantText(text, kind.words)}`)
    case 'text':
    case 'reference':
      return value(text)
  }
}

function meantText(text: string, words: readonly string[]): string {
  const meant = meantField(text, words)
  return meant === null ? '' : ` (did you mean ${meant}?)`
}

/** Returns the note on a value with which a program does not start. */
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

export function splitList(text: string): string[] {
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]))
}

function readNumber(flag: Flag, text: string, at: Place): ReadValue {
  if (!/^-?\d{1,15}$/.test(text)) return { kind: 'bad', at, why: 'is no whole number' }
  const number = Number(text)
  return flag.unset === number ? { kind: 'unset' } : { kind: 'value', value: written(number, at) }
}

function readDuration(flag: Flag, text: string, at: Place): ReadValue {
  const plain = text.replace(/µs|μs/g, 'us')
  if (plain !== '0' && !GO_DURATION.test(plain)) return { kind: 'bad', at, why: 'is no duration' }
  const isZero = !/[1-9]/.test(plain)
  if (isZero && flag.unset === 0) return { kind: 'unset' }
  return { kind: 'value', value: written(isZero ? '0s' : plain, at) }
}

/** Returns what the flags of one name say: the last one, or for lists all of them (spf13/pflag string_slice.go). */
export function textOfFlags(flag: Flag, name: string, flags: readonly WrittenFlag[]): WrittenText | null {
  const own = flags.filter((one) => one.name === name)
  const last = own.at(-1)
  if (last === undefined) return null
  if (flag.kind.type !== 'list') return { text: last.value, at: last.at }
  return { text: null, items: own.flatMap(({ value }) => splitList(value ?? '')), at: last.at }
}

/** Returns the items of a list that the model does not know. */
export function unknownItems({ kind }: Flag, { text, items }: WrittenText): readonly string[] {
  if (kind.type !== 'list') return []
  const known = new Set<string>(kind.items)
  return (items ?? splitList(text ?? '')).filter((item) => !known.has(item))
}

export function isInRelease(flag: Flag, version: KubernetesVersion): boolean {
  return stateAt(flag, version) === 'present'
}
