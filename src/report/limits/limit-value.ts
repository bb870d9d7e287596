import type { LimitsAxis } from '../../measure/limits/limits-result.ts'

/** Formats a value of an axis: `40 s`, `320 ms`, `12 %`. */
export function limitValue(value: number, unit: LimitsAxis['unit']): string {
  if (unit === 'ratio') return `${rounded(value * 100)} %`
  if (value >= 1e9) return `${rounded(value / 1e9)} s`
  return value >= 1e6 ? `${rounded(value / 1e6)} ms` : `${rounded(value / 1e3)} us`
}

/** Formats a timer: `40 s`, `5 min`, `1 h`. */
export function timerText(ns: number): string {
  if (ns >= 3600e9 && ns % 3600e9 === 0) return `${ns / 3600e9} h`
  return ns >= 120e9 && ns % 60e9 === 0 ? `${ns / 60e9} min` : limitValue(ns, 'ns')
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)))
}
