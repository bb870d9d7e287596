import { InvalidArgumentError } from 'commander'
import { isDate } from '../../scenario/expectations/resolve-acceptances.ts'
import { DURATION, parseQuantity, SIZE } from '../../values/units.ts'

/** Reads a day of the calendar. */
export function date(text: string): string {
  if (!isDate(text)) throw new InvalidArgumentError('It is not a date such as 2027-03-01.')
  return text
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It is not a whole number below 2^53.')
  return value
}

/** Reads the number of a port of TCP. */
export function port(text: string): number {
  const value = wholeNumber(text)
  if (value < 1 || value > 65_535) throw new InvalidArgumentError('It is not a port from 1 to 65535.')
  return value
}

export function count(text: string): number {
  const value = wholeNumber(text)
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.')
  return value
}

/** Reads a size in bytes: `2GiB`. */
export function size(text: string): number {
  const parsed = parseQuantity(SIZE, text)
  if (!parsed.ok) throw new InvalidArgumentError('It is not a size such as 2GiB.')
  return parsed.value
}

/** Reads a duration of at least one nanosecond: `10ms`. */
export function duration(text: string): number {
  const parsed = parseQuantity(DURATION, text)
  if (!parsed.ok || parsed.value < 1) throw new InvalidArgumentError('It is not a duration such as 10ms.')
  return parsed.value
}

/** Reads a percentage: `5%` is 5. */
export function percent(text: string): number {
  if (!/^\d+(\.\d+)?%$/.test(text)) throw new InvalidArgumentError('It is not a percentage such as 5%.')
  return Number(text.slice(0, -1))
}

/** Reads one of several words. */
export function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text)
    if (found === undefined) throw new InvalidArgumentError(`It is none of ${words.join(', ')}.`)
    return found
  }
}

/** Reads a simulated time since the start: `1.5s`, or 0. */
export function instant(text: string): number {
  return text === '0' ? 0 : duration(text)
}

/** Reads the number of a packet on a link direction, which counts from 0. */
export function serial(text: string): number {
  const value = wholeNumber(text)
  if (value < 0) throw new InvalidArgumentError('It must be at least 0.')
  return value
}
