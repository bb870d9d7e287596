import { NS_PER_S } from '../../engine/ticks.ts'
import { booleanOf } from '../../values/boolean-of.ts'
import type { PlainKind } from '../../values/kind.ts'
import * as kinds from '../../values/kinds.ts'
import { DURATION, formatDuration, parseQuantity, quoted } from '../../values/units.ts'
import type { Steps } from '../versions/version-steps.ts'

/** A value of a flag as a scenario writes it. */
export type FlagForm = string | number | boolean | readonly string[]

/**
 * The kind of value that a flag takes: its form in scenarios, on command lines and in configuration files, the value in
 * the configuration, and the values to try as a fix. Bounds are for editors. The bounds that Kubernetes checks are in
 * the flag's `refusals`, with its messages.
 */
export interface FlagKind<Value = unknown, Form extends FlagForm = FlagForm> extends PlainKind<Value, Form> {
  /**
   * Reads the text of a command line or a configuration file, as the program does. Returns the form that a scenario
   * writes.
   */
  read(text: string): ReadForm
  /** Returns the other values that are tried as a fix, as a scenario writes them. Default: none. */
  offered?(about: OfferedFor): readonly Form[]
  /** Returns why a value is invalid for every flag of this kind. Default: every value is valid. */
  refuse?(value: Value): string | null
  /** The form of a flag that stands alone on a command line. Default: it takes a value. */
  readonly bare?: Form
  /**
   * True if its values decide what is permitted, so that an import also writes the release's default. Default: false.
   */
  readonly isDecisive?: true
  /** True if a value in quotes is refused in files. Default: false. */
  readonly isUnquoted?: true
  /** The identity that it names, where Kubernetes has a file. Default: none. */
  readonly refersTo?: 'ca' | 'certificate'
  /** The items of a list. Default: it is no list. */
  readonly list?: {
    /** The items that have an effect in the model. */
    readonly items: readonly string[]
    /** The items that each release of Kubernetes accepts. */
    readonly known: Steps<readonly string[]>
  }
}

/** The meaning of a text, or the reason why a program does not start with it. `words` are the words that it knows. */
export type ReadForm =
  | { readonly ok: true; readonly form: FlagForm }
  | { readonly ok: false; readonly why: string; readonly words?: readonly string[] }

export interface OfferedFor {
  /** The effective form; null if nothing is set. */
  readonly before: FlagForm | null
  /** The release of Kubernetes, such as 30 for 1.30. */
  readonly minor: number
  /** The name of the cluster's CA. */
  readonly clusterCa: string
}

export const boolean: FlagKind<boolean, boolean> = {
  name: 'true or false',
  schema: { type: 'boolean' },
  candidates: [true, false],
  parse: (written) =>
    typeof written === 'boolean'
      ? { ok: true, value: written }
      : { ok: false, code: 'wrong-type', message: 'expected true or false' },
  print: (value) => value,
  read(text) {
    const form = booleanOf(text)
    return form === undefined ? { ok: false, why: 'is no boolean' } : { ok: true, form }
  },
  offered: () => [true, false],
  bare: true,
  isDecisive: true,
  isUnquoted: true,
}

/** Bounds that only editors see. */
interface EditorBounds {
  readonly minimum?: number
  readonly maximum?: number
}

export const integer = (bounds: EditorBounds): FlagKind<number, number> => ({
  ...wholeNumber(1, bounds),
  isUnquoted: true,
})

/** A whole number of seconds, which the configuration holds in nanoseconds. */
export const seconds = (bounds: EditorBounds): FlagKind<number, number> => ({
  ...wholeNumber(NS_PER_S, bounds),
  name: 'a whole number of seconds',
})

/** A port; 0 closes it. */
export const portNumber: FlagKind<number, number> = {
  ...integer({ minimum: 0, maximum: 65_535 }),
  name: 'a port',
  offered: () => [0],
  isDecisive: true,
}

function wholeNumber(unit: number, bounds: EditorBounds): FlagKind<number, number> {
  const { minimum = 0 } = bounds
  return {
    name: 'a whole number',
    schema: { ...bounds, type: 'integer' },
    candidates: [minimum + 1, minimum],
    parse: (written) =>
      typeof written === 'number' && Number.isSafeInteger(written)
        ? { ok: true, value: written * unit }
        : { ok: false, code: 'wrong-type', message: 'expected a whole number' },
    print: (value) => value / unit,
    read: (text) =>
      /^-?\d{1,15}$/.test(text) ? { ok: true, form: Number(text) } : { ok: false, why: 'is no whole number' },
  }
}

const GO_DURATION = /^(-?)((?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+)$/
const HINT = 'write it like 10s or 1m0s'

/** A duration as in all of a scenario, or as Go prints it (`1m0s`, `-5s`), which the configuration holds in nanoseconds. */
export const duration: FlagKind<number, string> = {
  name: DURATION.name,
  schema: { type: ['string', 'integer'], pattern: '^-?(\\d+(\\.\\d+)?(ns|us|ms|s|m|h|d))+$', maximum: 0 },
  units: [...DURATION.units.keys()],
  example: '1m30s',
  candidates: ['10s', '1m30s'],
  parse(written) {
    if (typeof written !== 'string' && typeof written !== 'number')
      return { ok: false, code: 'wrong-type', message: 'expected a duration', hint: HINT }
    const go = GO_DURATION.exec(String(written))
    const parts = go === null ? [written] : go[2].match(/\d+(?:\.\d+)?[a-z]+/g)!
    let sumNs = 0
    for (const part of parts) {
      const parsed = parseQuantity(DURATION, part)
      if (!parsed.ok) return { ...parsed, hint: parsed.hint ?? HINT }
      sumNs += parsed.value
    }
    if (!Number.isSafeInteger(sumNs))
      return { ok: false, code: 'out-of-range', message: `${quoted(String(written))} is too long` }
    return { ok: true, value: go?.[1] === '-' ? -sumNs : sumNs }
  },
  print: formatDuration,
  read(text) {
    const plain = text.replace(/µs|μs/g, 'us')
    if (plain !== '0' && !GO_DURATION.test(plain)) return { ok: false, why: 'is no duration' }
    return { ok: true, form: /[1-9]/.test(plain) ? plain : '0s' }
  },
  refuse: (ns) => (ns < 0 ? 'a duration cannot be negative' : null),
}

export const text: FlagKind<string, string> = {
  ...kinds.text('default'),
  read: (form) => ({ ok: true, form }),
}

/** An identity. Kubernetes expects a file; a scenario has the name of an identity, or an empty text for none. */
export const identity = (refersTo: 'certificate', mayBeEmpty = false): FlagKind<string, string> => ({
  ...(mayBeEmpty ? kinds.nameOrEmpty : kinds.identifier),
  read: (form) => ({ ok: true, form }),
  refersTo,
})

/**
 * A file of CAs in Kubernetes; a scenario writes the name of one, or a list of names, or an empty text for none. The value
 * of a list is the names with commas, which is the name of an identity too (`Identities.bundle`).
 */
export const authorities = (mayBeEmpty = false): FlagKind<string, string | readonly string[]> => {
  const one = mayBeEmpty ? kinds.nameOrEmpty : kinds.identifier
  return {
    ...one,
    name: `${one.name}, or a list of names`,
    schema: { ...one.schema, type: ['string', 'array'], items: kinds.identifier.schema, minItems: 1, maxItems: 20 },
    parse(written) {
      if (!Array.isArray(written)) return one.parse(written)
      const names = written.map((name) => kinds.identifier.parse(name))
      const wrong = names.find((name) => !name.ok)
      if (wrong !== undefined) return wrong
      if (written.length === 0 || written.length > 20)
        return { ok: false, code: 'out-of-range', message: 'a list of CAs has 1 to 20 names' }
      return { ok: true, value: written.join(',') }
    },
    print: (value) => (value.includes(',') ? value.split(',') : value),
    read: (form) => ({ ok: true, form }),
    offered: ({ clusterCa }: OfferedFor) => [clusterCa],
    refersTo: 'ca',
  }
}

export const choice = <const Word extends string>(words: readonly Word[]): FlagKind<Word, Word> => ({
  ...kinds.choice(words),
  read: (form) =>
    words.some((word) => word === form)
      ? { ok: true, form }
      : { ok: false, why: `is none of ${words.join(', ')}`, words },
  offered: () => words,
  isDecisive: true,
})
