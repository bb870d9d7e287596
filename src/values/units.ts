import { nearest } from './did-you-mean.ts'
import type { Parsed } from './parsed.ts'

/** A kind of decimal number with a unit. Its values are whole numbers of the smallest unit. */
export interface Quantity {
  /** The name with its article, such as `a duration`. */
  readonly name: string
  /** The smallest unit, in the plural, such as `nanoseconds`. */
  readonly counts: string
  readonly units: ReadonlyMap<string, bigint>
  readonly example: string
  /** Other spellings of units, in lower case, with the unit that is meant. */
  readonly otherSpellings: ReadonlyMap<string, string>
  readonly mayBeNegative: boolean
}

function quantity(shape: {
  name: string
  counts: string
  units: Record<string, bigint>
  example: string
  otherSpellings: Record<string, string>
  mayBeNegative?: boolean
}): Quantity {
  return {
    ...shape,
    units: new Map(Object.entries(shape.units)),
    otherSpellings: new Map(Object.entries(shape.otherSpellings)),
    mayBeNegative: shape.mayBeNegative ?? false,
  }
}

const TIME_SPELLINGS = {
  nsec: 'ns',
  usec: 'us',
  µs: 'us',
  μs: 'us',
  msec: 'ms',
  millis: 'ms',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  hr: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
}

export const DURATION = quantity({
  name: 'a duration',
  counts: 'nanoseconds',
  units: {
    ns: 1n,
    us: 1_000n,
    ms: 1_000_000n,
    s: 1_000_000_000n,
    m: 60_000_000_000n,
    h: 3_600_000_000_000n,
    d: 86_400_000_000_000n,
  },
  example: '10ms',
  otherSpellings: TIME_SPELLINGS,
})

/** The validity of certificates and tokens, which can be longer than simulated time and begin in the past. */
export const VALIDITY = quantity({
  name: 'a duration',
  counts: 'seconds',
  units: { s: 1n, m: 60n, h: 3_600n, d: 86_400n },
  example: '365d',
  otherSpellings: TIME_SPELLINGS,
  mayBeNegative: true,
})

export const RATE = quantity({
  name: 'a rate',
  counts: 'bits per second',
  units: { bps: 1n, kbps: 1_000n, Mbps: 1_000_000n, Gbps: 1_000_000_000n },
  example: '100Mbps',
  otherSpellings: {
    'bit/s': 'bps',
    'kbit/s': 'kbps',
    'mbit/s': 'Mbps',
    'gbit/s': 'Gbps',
    kbit: 'kbps',
    mbit: 'Mbps',
    gbit: 'Gbps',
    'kb/s': 'kbps',
    'mb/s': 'Mbps',
    'gb/s': 'Gbps',
    mb: 'Mbps',
    gb: 'Gbps',
    kb: 'kbps',
    m: 'Mbps',
    g: 'Gbps',
    k: 'kbps',
  },
})

export const SIZE = quantity({
  name: 'a size',
  counts: 'bytes',
  units: { B: 1n, KB: 1_000n, MB: 1_000_000n, GB: 1_000_000_000n, KiB: 1_024n, MiB: 1_048_576n, GiB: 1_073_741_824n },
  example: '20MB',
  otherSpellings: { byte: 'B', bytes: 'B', k: 'KB', m: 'MB', g: 'GB', ki: 'KiB', mi: 'MiB', gi: 'GiB' },
})

const NUMBER_AND_UNIT = /^(-?)(\d{1,30})(?:\.(\d{1,30}))? ?(\S.*)?$/

/**
 * Reads a number with a unit as a whole number of the smallest unit. A value that is not whole, or more than 2^53 - 1,
 * is refused, so that the result is exact. 0 needs no unit.
 */
export function parseQuantity(kind: Quantity, written: string | number): Parsed<number> {
  if (written === 0) return { ok: true, value: 0 }
  const match = NUMBER_AND_UNIT.exec(String(written))
  if (match === null) return wrongForm(kind, String(written))
  const [, sign, whole, fraction = '', unit] = match
  if (sign === '-' && !kind.mayBeNegative) {
    return { ok: false, code: 'out-of-range', message: `${kind.name} cannot be negative` }
  }
  const scale = unit === undefined ? undefined : kind.units.get(unit)
  if (scale === undefined) return wrongUnit(kind, `${sign}${whole}${fraction && `.${fraction}`}`, unit)
  const divisor = BigInt(`1${'0'.repeat(fraction.length)}`)
  const scaled = BigInt(whole + fraction) * scale
  if (scaled % divisor !== 0n) {
    return { ok: false, code: 'wrong-unit', message: `${written} is not a whole number of ${kind.counts}` }
  }
  const count = scaled / divisor
  if (count > BigInt(Number.MAX_SAFE_INTEGER)) {
    return { ok: false, code: 'out-of-range', message: `${written} is more than 2^53 - 1 ${kind.counts}` }
  }
  return { ok: true, value: count === 0n ? 0 : Number(sign === '-' ? -count : count) }
}

function wrongForm(kind: Quantity, written: string): Parsed<never> {
  const spelled = /^\.\d/.test(written) ? `write 0${written}` : `write it like ${kind.example}`
  return { ok: false, code: 'wrong-unit', message: `expected ${kind.name}, found ${quoted(written)}`, hint: spelled }
}

function wrongUnit(kind: Quantity, number: string, unit: string | undefined): Parsed<never> {
  const known = [...kind.units.keys()]
  if (unit === undefined) {
    const hint = `write it like ${kind.example}; the units are ${known.join(', ')}`
    return { ok: false, code: 'wrong-unit', message: `${kind.name} needs a unit, and ${number} has none`, hint }
  }
  const meant = meantUnit(kind, unit)
  const hint = meant === undefined ? `the units are ${known.join(', ')}` : `did you mean ${number}${meant}?`
  return { ok: false, code: 'wrong-unit', message: `${quoted(unit)} is not a unit of ${kind.name}`, hint }
}

function meantUnit(kind: Quantity, unit: string): string | undefined {
  const lower = unit.toLowerCase()
  const sameButCase = [...kind.units.keys()].find((known) => known.toLowerCase() === lower)
  return (
    sameButCase ?? kind.otherSpellings.get(lower) ?? (unit.length > 2 ? nearest(unit, kind.units.keys()) : undefined)
  )
}

/** Formats a duration in the largest unit that gives a whole number: `20ms`. */
export function formatDuration(ns: number): string {
  const [unit, scale] = [...DURATION.units].reverse().find(([, scale]) => ns > 0 && BigInt(ns) % scale === 0n) ?? [
    'ns',
    1n,
  ]
  return `${BigInt(ns) / scale}${unit}`
}

/** Reads a ratio from 0 % to 100 %: `0.1%` is 0.001, as the nearest double. */
export function parseRatio(written: string | number): Parsed<number> {
  if (written === 0) return { ok: true, value: 0 }
  const text = String(written)
  const match = /^(\d{1,10}(?:\.\d{1,20})?) ?%$/.exec(text)
  if (match === null) {
    const isBare = /^\d*\.?\d+$/.test(text)
    const hint = isBare ? `did you mean ${Number(text) < 1 ? asPercent(text) : text}%?` : 'write it like 0.1%'
    return { ok: false, code: 'wrong-unit', message: `expected a ratio in percent, found ${quoted(text)}`, hint }
  }
  const value = Number(`${match[1]}e-2`)
  if (value > 1) return { ok: false, code: 'out-of-range', message: `a ratio is at most 100%, found ${text}` }
  return { ok: true, value }
}

/** Multiplies a decimal text by 100 by moving its point, without rounding. */
function asPercent(text: string): string {
  const [whole, fraction = ''] = text.split('.')
  const padded = fraction.padEnd(2, '0')
  const rest = padded.slice(2)
  return `${Number(whole + padded.slice(0, 2))}${rest && `.${rest}`}`
}

const SECONDS_PER = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
])

/** Reads a rate of requests, such as `50/s`, `6/m` or `0.5/s`, in requests per second. */
export function parseRequestRate(written: string | number): Parsed<number> {
  const match = /^(\d{1,15}(?:\.\d{1,15})?) ?\/ ?([smh])$/.exec(String(written))
  const seconds = match === null ? undefined : SECONDS_PER.get(match[2])
  if (match === null || seconds === undefined) {
    const message = `expected a rate of requests, found ${quoted(String(written))}`
    return { ok: false, code: 'wrong-unit', message, hint: 'write it like 50/s; the units are /s, /m and /h' }
  }
  return { ok: true, value: Number(match[1]) / seconds }
}

export type QueueLimit = { readonly packets: number } | { readonly bytes: number }

/** Reads the limit of a queue: a number of packets of mtu bytes each, such as `200 packets`, or a size. */
export function parseQueueLimit(written: string | number): Parsed<QueueLimit> {
  const packets = /^(\d{1,9}) ?packets?$/.exec(String(written))
  if (packets !== null) {
    const value = Number(packets[1])
    if (value > 0) return { ok: true, value: { packets: value } }
    return {
      ok: false,
      code: 'out-of-range',
      message: 'a queue holds at least one packet',
      hint: 'leave `queue` out for a queue without a limit',
    }
  }
  if (typeof written === 'number' || /^\d+$/.test(written)) {
    return {
      ok: false,
      code: 'wrong-unit',
      message: `a queue needs a unit, and ${written} has none`,
      hint: `did you mean ${written} packets?`,
    }
  }
  const size = parseQuantity(SIZE, written)
  return size.ok
    ? { ok: true, value: { bytes: size.value } }
    : { ...size, hint: size.hint ?? 'write it like 200 packets or 300KB' }
}

/** Returns a text in quotes for a message, shortened to 40 characters. */
export function quoted(written: string): string {
  const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written
  return JSON.stringify(shown)
}
