import type { FailureReason } from '../../transport/streams/failure.ts'

/** What came of the requests of a path, in one run: all that the consequences of an attack are read from. */
export interface PathHistory {
  readonly answers: readonly { readonly startTick: number; readonly endTick: number }[]
  readonly failures: readonly {
    readonly startTick: number
    readonly endTick: number
    readonly reason: FailureReason
  }[]
  /** Connections, and attempts at them, that failed while nothing was under way on them: each with its reason. */
  readonly idleLosses: readonly FailureReason[]
  /** Asked, and neither answered nor failed when the run ended. */
  readonly unfinished: number
  /** When the run ended. */
  readonly endTick: number
}

/** From which tick on, and up to which. */
export interface Span {
  readonly fromTick: number
  readonly toTick: number
}

export function answersWithin({ answers }: PathHistory, { fromTick, toTick }: Span): PathHistory['answers'] {
  return answers.filter(({ endTick }) => endTick > fromTick && endTick <= toTick)
}

/** Of requests that were under way in a span, wherever they began and ended: who was held up in it is late after it. */
export function answersDuring({ answers }: PathHistory, { fromTick, toTick }: Span): PathHistory['answers'] {
  return answers.filter(({ startTick, endTick }) => startTick <= toTick && endTick > fromTick)
}

/** How many requests began in a span; those without an end count wherever they began. */
export function requestsWithin({ answers, failures, unfinished }: PathHistory, { fromTick, toTick }: Span): number {
  const begins = ({ startTick }: { readonly startTick: number }) => startTick >= fromTick && startTick < toTick
  return answers.filter(begins).length + failures.filter(begins).length + unfinished
}

/** When something first completed after a tick; null: nothing did. */
export function firstAnswerAfter({ answers }: PathHistory, tick: number): number | null {
  const later = answers.map(({ endTick }) => endTick).filter((endTick) => endTick > tick)
  return later.length === 0 ? null : later.reduce((least, endTick) => Math.min(least, endTick))
}
