import { exceptionOf } from './exceptions.ts'
import { type CellKind, hasShortQueue, kindOf, type MeasuredCell, nameOf } from './measured-cell.ts'
import { bootstrapMedian, type Interval, meanOf, type Spread, spreadOf } from './statistics.ts'

/** The predicted values of a cell, one for each seed. */
export type Prediction =
  | { readonly ok: true; readonly values: readonly number[] }
  | { readonly ok: false; readonly kind: 'not modelled' | 'failed'; readonly reason: string }

/** A cell with its prediction, and whether this is within the bound of its kind. */
export interface Judgement {
  readonly cell: MeasuredCell
  readonly kind: CellKind
  readonly measured: Spread
  /** The measured value that is compared: the median, for ns-3 the mean. */
  readonly expected: number
  readonly allowed: Interval
  readonly outcome: Outcome
}

type Outcome =
  /** Refused by the scenario file as not modelled yet; or modelled, and it came to no figure, which breaks the bound. */
  | { readonly kind: 'not modelled' | 'failed'; readonly reason: string }
  | {
      /**
       * The result. `as measured` means that the measurement breaks its own bound, and the prediction equals the
       * measurement; `documented`, that the page on fidelity explains why the prediction breaks it.
       */
      readonly kind: 'within' | 'as measured' | 'documented' | 'outside'
      readonly predicted: Spread
      readonly compared: number
      readonly seeds: number
      /** The relative error of the prediction; 0.01 is one percent too much. */
      readonly error: number
    }

const LATENCY_TOLERANCE = 0.05
const LATENCY_TOLERANCE_MS = 1
const SETUP_TOLERANCE = 0.08
const THROUGHPUT_TOLERANCE = 0.05
/** The relative difference below which two values are equal, since measurements have six digits. */
const SAME = 1e-5

export function judgeCell(cell: MeasuredCell, prediction: Prediction): Judgement {
  const kind = kindOf(cell)
  const measured = spreadOf(cell.values)
  const isMean = kind === 'ns-3'
  const expected = isMean ? meanOf(cell.values) : measured.median
  const allowed = allowedOf(cell, kind, measured)
  const about = { cell, kind, measured, expected, allowed }
  if (!prediction.ok) return { ...about, outcome: { kind: prediction.kind, reason: prediction.reason } }
  const predicted = spreadOf(prediction.values)
  const compared = isMean ? meanOf(prediction.values) : predicted.median
  const error = compared / expected - 1
  const seeds = prediction.values.length
  const state = stateOf(compared, expected, allowed)
  const isDocumented = state === 'outside' && exceptionOf(nameOf(cell), error) !== null
  return { ...about, outcome: { kind: isDocumented ? 'documented' : state, predicted, compared, seeds, error } }
}

/**
 * Returns the result of a cell. The mean of few runs can be outside their quartiles, and an exact prediction then
 * breaks the bound too.
 */
function stateOf(compared: number, expected: number, allowed: Interval): 'within' | 'as measured' | 'outside' {
  const isAllowed = (value: number) => allowed.low <= value && value <= allowed.high
  if (isAllowed(compared)) return 'within'
  return !isAllowed(expected) && Math.abs(compared / expected - 1) <= SAME ? 'as measured' : 'outside'
}

function allowedOf(cell: MeasuredCell, kind: CellKind, measured: Spread): Interval {
  const { median, lowerQuartile, upperQuartile } = measured
  switch (kind) {
    case 'latency':
      return around(median, Math.max(LATENCY_TOLERANCE * median, LATENCY_TOLERANCE_MS))
    case 'ssh set-up':
      return around(median, SETUP_TOLERANCE * median)
    case 'throughput': {
      const interval = bootstrapMedian(cell.values, nameOf(cell))
      const { low, high } = around(median, THROUGHPUT_TOLERANCE * median)
      const scatter = hasShortQueue(cell) ? { low: lowerQuartile, high: upperQuartile } : interval
      return { low: Math.min(low, interval.low, scatter.low), high: Math.max(high, interval.high, scatter.high) }
    }
    case 'throughput under loss':
      return { low: lowerQuartile, high: upperQuartile }
    case 'ns-3':
      // Without loss there was one run, which has no range.
      return cell.values.length === 1
        ? around(median, THROUGHPUT_TOLERANCE * median)
        : { low: lowerQuartile, high: upperQuartile }
  }
}

function around(middle: number, tolerance: number): Interval {
  return { low: middle - tolerance, high: middle + tolerance }
}
