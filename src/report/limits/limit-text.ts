import type { Limit, LimitPoint, LimitsAxis } from '../../measure/limits/limits-result.ts'
import { limitValue } from './limit-value.ts'

/** The mark of a limit that is not monotone. */
export const NOT_MONOTONE = '!'

type Unit = LimitsAxis['unit']

/** Returns whether shares never fall as values get worse, apart from chance. */
export function isMonotone({ falls }: Limit): boolean {
  return falls.length === 0
}

/**
 * Formats a limit: `3.1..3.4 s` if no run breaks up to the first value, and every run breaks from the second; `>640 s`
 * if no run breaks.
 */
export function limitText(limit: Limit, unit: Unit): string {
  const { points, holdsUpTo: low, breaksFrom: high } = limit
  const [first, last] = [points[0].value, points[points.length - 1].value]
  if (low === last) return `>${limitValue(last, unit)}`
  if (low === null && high === first) return `<${limitValue(first, unit)}`
  const from = low === null ? `<${limitValue(first, unit)}` : limitValue(low, unit)
  const to = high === null ? `>${limitValue(last, unit)}` : limitValue(high, unit)
  return `${isMonotone(limit) ? '' : NOT_MONOTONE}${joined(from, to)}`
}

/** Joins the ends of a range. A common unit is written once. */
function joined(from: string, to: string): string {
  const [number, unit] = from.split(' ')
  return to.endsWith(` ${unit}`) ? `${number}..${to}` : `${from}..${to}`
}

/** Returns the values at which some but not all runs break, each with its share and interval. */
export function sharesBetween({ points }: Limit, unit: Unit): string {
  return points
    .filter(({ broken, of }) => broken > 0 && broken < of)
    .map((point) => `${shareText(point)} at ${limitValue(point.value, unit)}`)
    .join(', ')
}

/** Returns the regions in which the share falls, for a limit that is not monotone. */
export function fallsText(limit: Limit, unit: Unit): string {
  const at = ({ broken, of, value }: { readonly broken: number; readonly of: number; readonly value: number }) =>
    `${broken}/${of} at ${limitValue(value, unit)}`
  return limit.falls.map(({ from, to }) => `${at(from)}, but ${at(to)}`).join('; ')
}

/** Returns a share with its interval: `3/5 (23..88 %)`. */
function shareText({ broken, of, interval }: LimitPoint): string {
  return `${broken}/${of} (${intervalText(interval)})`
}

export function intervalText({ low, high }: LimitPoint['interval']): string {
  return `${Math.round(low * 100)}..${Math.round(high * 100)} %`
}
