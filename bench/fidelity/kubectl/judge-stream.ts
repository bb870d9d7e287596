import { goneDifferences, isKnownDifference } from './known-differences.ts'
import type { StreamPrediction } from './predict-stream.ts'
import type { MeasuredFigure, StreamCell } from './stream-cell.ts'

/** A figure of a cell, as measured and as predicted. */
export interface JudgedFigure {
  readonly metric: string
  readonly measured: MeasuredFigure
  readonly low: number
  readonly high: number
  readonly predicted: number
  readonly outcome: 'within' | 'documented' | 'outside'
}

export type StreamJudgement = { readonly cell: StreamCell } & (
  | { readonly kind: 'compared'; readonly figures: readonly JudgedFigure[] }
  | { readonly kind: 'not modelled' | 'failed'; readonly reason: string }
)

/** The relative tolerance of times, and of packets and bytes of transfers. */
const TOLERANCE = 0.03
/** The spread of processor time between repetitions and between machines. */
const PROCESSOR_MS = 2
const PROCESSOR_OF_KEY_MS = 0.5
/** Without the time of the processor, which is less than one of these, a time is a number of round trips. */
const LEAST_COUNTED_RTT_MS = 40
/** Commands with so few bytes are counted packet by packet. */
const MOST_COUNTED_BYTES = 10_000

export function judgeStream(cell: StreamCell, prediction: StreamPrediction): StreamJudgement {
  if (!prediction.ok) return { cell, kind: prediction.kind, reason: prediction.reason }
  const figures = withRoundTrips(cell).flatMap(({ measured, of }): JudgedFigure[] => {
    const value = prediction.figures.get(of)
    if (value === undefined) return []
    const predicted = measured.metric === 'round_trips' ? Math.floor(value / cell.rttMs) : value
    const [low, high] = boundsOf(cell, measured)
    const isWithin = low <= predicted && predicted <= high
    const error = errorOf({ measured, predicted })
    const outcome = isWithin ? 'within' : isKnownDifference(cell, measured.metric, error) ? 'documented' : 'outside'
    return [{ metric: measured.metric, measured, low, high, predicted, outcome }]
  })
  return { cell, kind: 'compared', figures }
}

/** Returns whether every difference is a known one. */
export function areStreamsWithin(judgements: readonly StreamJudgement[]): boolean {
  return judgements.every(
    (judgement) =>
      judgement.kind === 'not modelled' ||
      (judgement.kind === 'compared' && judgement.figures.every(({ outcome }) => outcome !== 'outside')),
  )
}

/** Returns the known differences that no cell has any more, given the judgements of all cells. */
export function goneFrom(judgements: readonly StreamJudgement[]): readonly string[] {
  const differing = new Map<string, Set<string>>()
  for (const judgement of judgements) {
    const { what, protocol } = judgement.cell
    const metrics = differing.get(`${what} ${protocol}`) ?? new Set()
    differing.set(`${what} ${protocol}`, metrics)
    if (judgement.kind !== 'compared') continue
    for (const { metric, outcome } of judgement.figures) if (outcome !== 'within') metrics.add(metric)
  }
  return goneDifferences(differing)
}

/** Returns how far a prediction is off, as a share of the measurement; of a measured 0, its sign. */
export function errorOf({ predicted, measured }: Pick<JudgedFigure, 'predicted' | 'measured'>): number {
  return measured.median === 0 ? Math.sign(predicted) : predicted / measured.median - 1
}

interface Compared {
  readonly measured: MeasuredFigure
  /** The metric of the prediction. */
  readonly of: string
}

/** Adds the round trips until the first byte where the delay is long enough to count them. */
function withRoundTrips({ figures, rttMs }: StreamCell): readonly Compared[] {
  return figures.flatMap((measured): Compared[] => {
    const { metric, median } = measured
    const own = { measured, of: metric }
    if (metric !== 'first_ms' || rttMs < LEAST_COUNTED_RTT_MS) return [own]
    const trips = Math.floor(median / rttMs)
    return [
      own,
      { measured: { ...measured, metric: 'round_trips', median: trips, min: trips, max: trips }, of: metric },
    ]
  })
}

function boundsOf({ bytes }: StreamCell, { metric, median, min, max }: MeasuredFigure): [number, number] {
  // A timer is exact, whatever its length.
  if (metric === 'ping_interval_ms') return [median - PROCESSOR_MS, median + PROCESSOR_MS]
  if (metric.endsWith('_ms')) {
    const tolerance = Math.max(TOLERANCE * median, metric.startsWith('key') ? PROCESSOR_OF_KEY_MS : PROCESSOR_MS)
    return [median - tolerance, median + tolerance]
  }
  if (bytes <= MOST_COUNTED_BYTES || metric === 'conns' || metric === 'round_trips') return [min, max]
  return [min - TOLERANCE * median, max + TOLERANCE * median]
}
