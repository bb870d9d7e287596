import { formatNumber } from '../format-number.ts'

/** Formats a number with about three digits and without trailing zeros: `0.05`, `66.2`, `1234`. */
export function shortNumber(value: number): string {
  return String(Number(formatNumber(value)))
}

/** Formats a span of time: `850 ns`, `65.3 µs`, `66.2 ms`, `1.92 s`. */
export function spanText(ns: number): string {
  if (ns < 1e3) return `${formatNumber(ns)} ns`
  if (ns < 1e6) return `${formatNumber(ns / 1e3)} µs`
  return ns < 1e9 ? `${formatNumber(ns / 1e6)} ms` : `${formatNumber(ns / 1e9)} s`
}

/**
 * Formats an instant to the microsecond, because three digits could not tell packets apart: `159.283 µs`, `2.154 ms`,
 * `2.004310 s`.
 */
export function instantText(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(3)} µs`
  return ns < 1e9 ? `${(ns / 1e6).toFixed(3)} ms` : `${(ns / 1e9).toFixed(6)} s`
}

/** Formats a rate: `4 Gbit/s`, `100 Mbit/s`, `64 kbit/s`, `0`. */
export function rateText(bps: number): string {
  if (bps === 0) return '0'
  if (bps >= 1e9) return `${shortNumber(bps / 1e9)} Gbit/s`
  return bps >= 1e6 ? `${shortNumber(bps / 1e6)} Mbit/s` : `${shortNumber(bps / 1e3)} kbit/s`
}

/** Formats a size: `1.25 MB`, `64 kB`, `120 bytes`. */
export function byteText(bytes: number): string {
  if (bytes >= 1e6) return `${shortNumber(bytes / 1e6)} MB`
  return bytes >= 1e4 ? `${shortNumber(bytes / 1e3)} kB` : `${groupedText(bytes)} bytes`
}

/** Formats a whole number in groups of three digits, separated by narrow no-break spaces. */
export function groupedText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

/** Formats a share in percent: `92 %`, `0.5 %`, `100 %`. */
export function percentText(part: number, whole: number): string {
  const percent = (part / whole) * 100
  return `${percent >= 99.5 ? 100 : Number(percent.toPrecision(2))} %`
}
