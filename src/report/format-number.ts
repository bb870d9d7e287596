/**
 * Formats numbers for human readers, with the same result on every machine. It uses no locale, only `toFixed` and
 * `toPrecision`, whose rounding ECMAScript specifies exactly. CSV and JSON have the full numbers.
 */

/** Formats a number with about three digits: `0.00412`, `0.412`, `6.62`, `66.2`, `1234`; null as `-`. */
export function formatNumber(value: number | null): string {
  if (value === null) return '-'
  if (Number.isInteger(value)) return String(value)
  const magnitude = Math.abs(value)
  if (magnitude >= 99.95) return value.toFixed(0)
  if (magnitude >= 9.995) return value.toFixed(1)
  if (magnitude >= 0.9995) return value.toFixed(2)
  if (magnitude >= 0.09995) return value.toFixed(3)
  return value.toFixed(magnitude >= 0.009995 ? 4 : 5)
}

/** Formats a positive number with four digits and no trailing zeros: `40.12`, `0.5`; 1234.6 is `1235`. */
export function formatFourDigits(value: number): string {
  return value >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}

/** Formats a change in percent: `+5.9%`, `-12%`; null as `-`. */
export function formatChange(percent: number | null): string {
  if (percent === null) return '-'
  return `${percent > 0 ? '+' : ''}${formatNumber(percent)}%`
}

/** Formats a span of simulated time in a suitable unit: `850 ns`, `66.2 ms`, `1.92 s`. */
export function formatSpan(ns: number): string {
  if (ns < 1e3) return `${ns} ns`
  if (ns < 1e6) return `${formatNumber(ns / 1e3)} us`
  if (ns < 1e9) return `${formatNumber(ns / 1e6)} ms`
  return `${formatNumber(ns / 1e9)} s`
}

/** Formats a count with its noun: `1 path`, `3 paths`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
