import { LONGEST_RUN_NS } from '../engine/ticks.ts'
import { didYouMean } from './did-you-mean.ts'
import type { PlainKind } from './kind.ts'
import type { Parsed } from './parsed.ts'
import {
  DURATION,
  formatDuration,
  parseQuantity,
  parseRatio,
  type Quantity,
  quoted,
  RATE,
  SIZE,
  VALIDITY,
} from './units.ts'

/** The smallest and the largest value, as a scenario writes them (`1ms`). */
export interface Bounds {
  readonly from?: string
  readonly to?: string
  /** The reason for the bounds, as a clause that follows the word `since`. */
  readonly since?: string
  /** The reason for the largest value, when it differs. */
  readonly sinceTo?: string
}

type DurationText = 0 | `${number}${'ns' | 'us' | 'ms' | 's' | 'm' | 'h' | 'd'}`
type RateText = 0 | `${number}${'bps' | 'kbps' | 'Mbps' | 'Gbps'}`
type SizeText = 0 | `${number}${'B' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'}`
type RatioText = 0 | `${number}%`

/** A duration in nanoseconds. */
export const duration = (bounds: Bounds = {}): PlainKind<number, DurationText> => ({
  ...quantity(DURATION, {
    to: formatDuration(LONGEST_RUN_NS),
    ...(bounds.to === undefined ? { sinceTo: 'no run is longer' } : {}),
    ...bounds,
  }),
  candidates: ['10s', '200ms', '1ns'],
  print: (ns) => formatDuration(ns) as DurationText,
})

/** A duration in nanoseconds, or the word `off`, which becomes 0. */
export const durationOrOff = (bounds: Bounds): PlainKind<number, DurationText | 'off'> => ({
  ...quantity(DURATION, bounds, 'off'),
  candidates: ['off', '10s'],
  print: (ns) => (ns === 0 ? 'off' : (formatDuration(ns) as DurationText)),
})

/** The validity of a certificate or token in seconds, which may be negative. */
export const validity = (bounds: Bounds = {}): PlainKind<number, `${number}${'s' | 'm' | 'h' | 'd'}` | 0> => ({
  ...quantity(VALIDITY, bounds),
  candidates: ['365d', '-1h', 0],
  print: (seconds) => `${seconds}s`,
})

/** A rate in bits per second. */
export const rate = (bounds: Bounds = {}): PlainKind<number, RateText> => ({
  ...quantity(RATE, bounds),
  candidates: ['100Mbps', '1kbps'],
  print: (bps) => `${bps}bps`,
})

/** A size in bytes. */
export const size = (bounds: Bounds = {}): PlainKind<number, SizeText> => ({
  ...quantity(SIZE, bounds),
  candidates: ['20MB', '1B'],
  print: (bytes) => `${bytes}B`,
})

/** A ratio from 0 to 1. */
export const ratio = (): PlainKind<number, RatioText> => ({
  name: 'a ratio',
  schema: { type: ['string', 'integer'], pattern: '^\\d+(\\.\\d+)? ?%$|^0$', minimum: 0, maximum: 0 },
  bounds: '0% to 100%',
  example: '0.1%',
  candidates: ['0.1%', '100%', 0],
  parse: scalar('a ratio such as 0.1%', parseRatio),
  print: percent,
})

/** A whole number without a unit. */
export const count = (least: number, most: number): PlainKind<number, number> => ({
  name: 'a whole number',
  schema: { type: 'integer', minimum: least, maximum: most },
  candidates: [least, most],
  parse(written) {
    if (typeof written !== 'number' || !Number.isInteger(written))
      return { ok: false, code: 'wrong-type', message: 'expected a whole number' }
    if (written >= least && written <= most) return { ok: true, value: written }
    return { ok: false, code: 'out-of-range', message: `${written} is out of range: from ${least} to ${most}` }
  },
  print: (value) => value,
})

/**
 * One word of several.
 * @param later planned words, which are refused as not modelled yet
 * @param hintFor returns a hint for another word, such as a common synonym
 */
export function choice<const Word extends string>(
  words: readonly Word[],
  later: readonly string[] = [],
  hintFor: (written: string) => string | undefined = () => undefined,
): PlainKind<Word, Word> {
  const areNumbers = words.some((word) => /^[\d.]+$/.test(word))
  const parse = (written: string | number): Parsed<Word> => {
    const word = words.find((candidate) => candidate === String(written))
    if (word !== undefined) return { ok: true, value: word }
    if (later.includes(String(written))) {
      const hint = `use one of ${words.join(', ')}`
      return { ok: false, code: 'not-modelled-yet', message: `${written} is not modelled yet`, hint }
    }
    const hint = () => hintFor(String(written)) ?? didYouMean(String(written), words, later)
    const message = `expected ${orList(words)}, found ${quoted(String(written))}`
    return { ok: false, code: 'unknown-value', message, hint }
  }
  return {
    name: orList(words),
    schema: { enum: areNumbers ? [...words, ...words.map(Number)] : words },
    candidates: words,
    parse: scalar(orList(words), parse),
    print: (word) => word,
  }
}

const MOST_CHARACTERS = 200

/** A text that means nothing to the simulator. */
export const text = (example: string, name = 'a text'): PlainKind<string, string> => ({
  name,
  schema: { type: 'string', maxLength: MOST_CHARACTERS },
  example,
  candidates: [example],
  parse(written) {
    if (typeof written !== 'string')
      return {
        ok: false,
        code: 'wrong-type',
        message: name === 'a text' ? 'expected a text' : `expected ${name} such as ${example}`,
      }
    if (written.length <= MOST_CHARACTERS) return { ok: true, value: written }
    return { ok: false, code: 'out-of-range', message: `expected at most ${MOST_CHARACTERS} characters` }
  },
  print: (value) => value,
})

/** Keys that objects of JavaScript have anyway, so that no map of a scenario may have them. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,100}$/

/** The name of something that is declared elsewhere. */
export const identifier: PlainKind<string, string> = {
  name: 'a name',
  schema: { type: 'string', pattern: NAME_PATTERN.source },
  example: 'NAME',
  candidates: ['NAME'],
  parse: scalar('a name', (written) => {
    const name = String(written)
    if (NAME_PATTERN.test(name) && !RESERVED_KEYS.has(name)) return { ok: true, value: name }
    const message = `${quoted(name)} is not a valid name`
    return { ok: false, code: 'bad-name', message, hint: 'use letters, digits, - and _' }
  }),
  print: (name) => name,
}

/** A name, or an empty text for none. */
export const nameOrEmpty: PlainKind<string, string> = {
  ...identifier,
  name: 'a name, or an empty text',
  schema: { type: 'string', pattern: `^$|${NAME_PATTERN.source}` },
  candidates: ['NAME', ''],
  parse: (written) => (written === '' ? { ok: true, value: '' } : identifier.parse(written)),
}

const PHRASE_PATTERN = /^[A-Za-z0-9_-]{1,100}$|^[A-Za-z][A-Za-z']*( [A-Za-z']+){1,20}$/

/** A name, or a role in words, such as `the kubelet path`. Names contain no blanks and roles do. */
export const phrase: PlainKind<string, string> = {
  name: 'a name or a role',
  schema: { type: 'string', pattern: PHRASE_PATTERN.source },
  example: 'NAME',
  candidates: ['NAME', 'the kubelet path'],
  parse: scalar('a name or a role', (written) => {
    const words = String(written)
    if (PHRASE_PATTERN.test(words) && words.length <= 200) return { ok: true, value: words }
    const message = `${quoted(words)} is neither a name nor a role`
    return { ok: false, code: 'bad-name', message, hint: 'use letters, digits, - and _' }
  }),
  print: (value) => value,
}

/** A host, by its name or role. A plan has its number. */
export const hostName: PlainKind<string, string, number> = {
  ...phrase,
  names: 'host',
  candidates: ['the host that it leads to'],
  plan: (host, numberOf) => numberOf(host),
}

/** A certificate, CA or token, by its name or role. */
export const identityName: PlainKind<string, string> = {
  ...phrase,
  names: 'identity',
  candidates: ['its server certificate', 'a garbage token'],
}

/** Reads a text or number. Other values are refused with the name of what was expected. */
export function scalar<Value>(
  expected: string,
  parse: (written: string | number) => Parsed<Value>,
): (written: unknown) => Parsed<Value> {
  return (written) =>
    typeof written === 'string' || typeof written === 'number'
      ? parse(written)
      : { ok: false, code: 'wrong-type', message: `expected ${expected}` }
}

/** A decimal number with a unit, as a whole number of the smallest unit. */
function quantity(
  of: Quantity,
  bounds: Bounds,
  offWord: string | null = null,
): Omit<PlainKind<number, string>, 'candidates' | 'print'> {
  const limit = (written: string | undefined, otherwise: number) => {
    const parsed = written === undefined ? null : parseQuantity(of, written)
    return parsed?.ok ? parsed.value : otherwise
  }
  const least = limit(bounds.from, -Infinity)
  const most = limit(bounds.to, Infinity)
  const reason = bounds.since === undefined ? '' : `, since ${bounds.since}`
  const reasonTo = bounds.sinceTo === undefined ? reason : `, since ${bounds.sinceTo}`
  const parse = (written: string | number): Parsed<number> => {
    if (written === offWord) return { ok: true, value: 0 }
    const parsed = parseQuantity(of, written)
    if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed
    const side = parsed.value < least ? `at least ${bounds.from}${reason}` : `at most ${bounds.to}${reasonTo}`
    return { ok: false, code: 'out-of-range', message: `${written} is out of range: ${side}` }
  }
  const [since, sinceTo] = bounds.sinceTo === undefined ? [undefined, bounds.since] : [bounds.since, bounds.sinceTo]
  const range = [boundText('from', bounds.from, since), boundText('to', bounds.to, sinceTo)].join(' ').trim()
  const units = [...of.units.keys()]
  const sign = of.mayBeNegative ? '-?' : ''
  const pattern = `^${sign}\\d+(\\.\\d+)? ?(${units.join('|')})$|^0$${offWord === null ? '' : `|^${offWord}$`}`
  return {
    name: of.name,
    schema: { type: ['string', 'integer'], pattern, minimum: 0, maximum: 0 },
    units,
    bounds: range,
    example: parse(of.example).ok ? of.example : (bounds.from ?? bounds.to ?? of.example),
    parse: scalar(of.name, parse),
  }
}

function boundText(word: string, bound: string | undefined, reason: string | undefined): string {
  if (bound === undefined) return ''
  return `${word} ${bound}${reason === undefined ? '' : ` (${reason})`}`
}

export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`
}

/** Returns the shortest percentage that reads as exactly this ratio. */
function percent(value: number): RatioText {
  for (let digits = 0; digits < 20; digits++) {
    const shown = (value * 100).toFixed(digits)
    if (Number(`${shown}e-2`) === value) return `${shown}%` as RatioText
  }
  return `${value * 100}%`
}
