import { formatNumber } from '../../format-number.ts'
import { CHART_COLORS } from './chart.ts'

/** An axis of time spans. It is linear from zero, or logarithmic if the values differ by a large factor. */
export interface SpanAxis {
  /** Returns the position of a span on the axis. */
  readonly at: (ns: number) => number
  readonly min: number
  readonly max: number
  readonly ticks: readonly number[]
  readonly format: (at: number) => string
}

/** The ratio of the largest to the smallest value from which an axis is logarithmic. */
const MUCH = 12

/** Returns an axis for spans between two values. */
export function spanAxis(lowNs: number, highNs: number): SpanAxis {
  return highNs / Math.max(1, lowNs) > MUCH ? logarithmicAxis(lowNs, highNs) : linearAxis(highNs)
}

/** Returns a logarithmic axis for spans between two values, with ticks at 1, 2 and 5 times powers of ten. */
export function logarithmicAxis(lowNs: number, highNs: number): SpanAxis {
  const [min, max] = [Math.log10(Math.max(1, lowNs * 0.92)), Math.log10(Math.max(2, highNs))]
  const decades = Array.from({ length: 14 }, (_, power) => power)
  const steps = max - min > 2.2 ? [1] : max - min > 1.1 ? [1, 3] : [1, 2, 5]
  const all = decades.flatMap((power) => steps.map((step) => power + Math.log10(step)))
  const ticks = all.filter((at) => at >= min && at <= max)
  return { at: Math.log10, min, max, ticks, format: (at) => shortSpan(Math.round(10 ** at)) }
}

/** Returns an axis from zero to a value, with about four ticks. */
export function linearAxis(highNs: number): SpanAxis {
  const step = niceStep(highNs / 4)
  const count = Math.ceil(highNs / step)
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step)
  return { at: (ns) => ns, min: 0, max: count * step, ticks, format: shortSpan }
}

/** Returns an axis of time that ends with the value. */
export function timeAxis(endNs: number): SpanAxis {
  const axis = linearAxis(endNs)
  return { ...axis, max: endNs, ticks: axis.ticks.filter((ns) => ns <= endNs) }
}

/** Returns the smallest of 1, 2 or 5 times a power of ten that is at least the value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= value * 0.999) ?? 10
  return step * power
}

/** Formats a span for an axis: `0`, `20 ms`, `1.5 s`. */
export function shortSpan(ns: number): string {
  if (ns === 0) return '0'
  if (ns < 1e3) return `${formatNumber(ns)} ns`
  if (ns < 1e6) return `${trimmed(ns / 1e3)} µs`
  return ns < 1e9 ? `${trimmed(ns / 1e6)} ms` : `${trimmed(ns / 1e9)} s`
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)))
}

/** Returns the options of an axis of figures, from zero to at least `peak`, with about three lines. */
export function figureAxisOption(peak: number, format: (value: number) => string) {
  const step = niceStep(peak / 3)
  return {
    type: 'value' as const,
    min: 0,
    max: Math.ceil(peak / step) * step,
    interval: step,
    axisLabel: { formatter: format, color: CHART_COLORS.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: CHART_COLORS.line } },
  }
}

/** Returns the options of an axis of spans. */
export function spanAxisOption({ min, max, ticks, format }: SpanAxis, hasLines: boolean) {
  return {
    type: 'value' as const,
    min,
    max,
    axisLabel: {
      customValues: [...ticks],
      formatter: format,
      color: CHART_COLORS.muted,
      fontSize: 11,
      hideOverlap: true,
    },
    axisTick: { show: !hasLines, customValues: [...ticks], lineStyle: { color: CHART_COLORS.line } },
    axisLine: { show: !hasLines, lineStyle: { color: CHART_COLORS.line } },
    splitLine: { show: hasLines, lineStyle: { color: CHART_COLORS.line } },
  }
}
