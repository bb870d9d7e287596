import type { FailureReason } from '../../transport/streams/failure.ts'

/** The requests of a path in one run, from which the consequences of an attack are derived. */
export interface PathHistory {
  readonly responses: readonly { readonly startTick: number; readonly endTick: number }[]
  readonly failures: readonly {
    readonly startTick: number
    readonly endTick: number
    readonly reason: FailureReason
  }[]
  /** The reasons of connections, and of attempts to connect, that failed while they carried no request. */
  readonly idleLosses: readonly FailureReason[]
  /** The number of requests that had neither a response nor a failure when the run ended. */
  readonly unfinished: number
  /** When the run ended. */
  readonly endTick: number
}

/** A span of time: after `fromTick`, up to and including `toTick`. */
export interface Span {
  readonly fromTick: number
  readonly toTick: number
}

/** Returns the requests that completed within a span. */
export function responsesWithin({ responses }: PathHistory, { fromTick, toTick }: Span): PathHistory['responses'] {
  return responses.filter(({ endTick }) => endTick > fromTick && endTick <= toTick)
}

/**
 * Returns the completed requests that were under way within a span. A request that was delayed in the span may complete
 * after it.
 */
export function responsesDuring({ responses }: PathHistory, { fromTick, toTick }: Span): PathHistory['responses'] {
  return responses.filter(({ startTick, endTick }) => startTick <= toTick && endTick > fromTick)
}

/** Returns the number of requests that began in a span. Unfinished ones count wherever they began. */
export function requestsWithin({ responses, failures, unfinished }: PathHistory, { fromTick, toTick }: Span): number {
  const begins = ({ startTick }: { readonly startTick: number }) => startTick >= fromTick && startTick < toTick
  return responses.filter(begins).length + failures.filter(begins).length + unfinished
}

/** Whether a request of the path was under way within a span. */
export function hasRequestsDuring({ responses, failures, unfinished }: PathHistory, span: Span): boolean {
  const isDuring = ({ startTick, endTick }: { readonly startTick: number; readonly endTick: number }) =>
    startTick <= span.toTick && endTick > span.fromTick
  return unfinished > 0 || responses.some(isDuring) || failures.some(isDuring)
}

/** Returns when a request first completed after a tick; null if none did. */
export function firstResponseAfter({ responses }: PathHistory, tick: number): number | null {
  const later = responses.map(({ endTick }) => endTick).filter((endTick) => endTick > tick)
  return later.length === 0 ? null : later.reduce((least, endTick) => Math.min(least, endTick))
}
