/**
 * Numbers as people read them, the same on every machine: no locale, and only `toFixed` and `toPrecision`, whose
 * rounding ECMAScript states exactly. Files for machines (CSV, JSON) carry the full number instead.
 */

/** About three significant digits without an exponent: `0.00412`, `0.412`, `6.62`, `66.2`, `1234`; `-` for null. */
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

/** Four significant digits of a positive number, without trailing zeros: `40.12`, `1234.6` as `1235`, `0.5`. */
export function formatFourDigits(value: number): string {
  return value >= 1_000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}

/** `+5.9%`, `-12%`; `-` for null. */
export function formatChange(percent: number | null): string {
  if (percent === null) return '-'
  return `${percent > 0 ? '+' : ''}${formatNumber(percent)}%`
}

/** A span of simulated time in the unit that suits it: `850 ns`, `66.2 ms`, `1.92 s`. */
export function formatSpan(ns: number): string {
  if (ns < 1e3) return `${ns} ns`
  if (ns < 1e6) return `${formatNumber(ns / 1e3)} us`
  if (ns < 1e9) return `${formatNumber(ns / 1e6)} ms`
  return `${formatNumber(ns / 1e9)} s`
}

/** `1 path`, `3 paths`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
