import type { Judgement } from './judge-cell.ts'
import { CELL_KINDS, type CellKind } from './measured-cell.ts'
import { meanOf } from './statistics.ts'

/** The result of all cells of a kind. */
export interface KindJudgement {
  readonly kind: CellKind
  readonly within: number
  /** The number of cells that break the bound as the measurement itself does. */
  readonly asMeasured: number
  /** The number of cells that break the bound for a documented reason. */
  readonly documented: number
  readonly outside: number
  readonly notModelled: number
  /**
   * The geometric mean of predicted over measured, minus 1, in which errors in both directions cancel; null without
   * cells.
   */
  readonly bias: number | null
  /** The mean absolute error, in which errors do not cancel. */
  readonly meanAbsoluteError: number | null
  /** The value that is bounded over all cells, or null when only single cells have a bound. */
  readonly overAll: { readonly error: number; readonly bound: number; readonly isWithin: boolean } | null
}

const LATENCY_OVER_ALL = 0.02
const LOSS_OVER_ALL = 0.1

export function judgeKinds(judgements: readonly Judgement[]): KindJudgement[] {
  return CELL_KINDS.map((kind) =>
    judgeKind(
      kind,
      judgements.filter((judgement) => judgement.kind === kind),
    ),
  ).filter(
    ({ within, asMeasured, documented, outside, notModelled }) =>
      within + asMeasured + documented + outside + notModelled > 0,
  )
}

export function isWithin({ outside, overAll }: KindJudgement): boolean {
  return outside === 0 && overAll?.isWithin !== false
}

function judgeKind(kind: CellKind, judgements: readonly Judgement[]): KindJudgement {
  const count = (wanted: string) => judgements.filter(({ outcome }) => outcome.kind === wanted).length
  const errors = judgements.flatMap(({ outcome }) => ('error' in outcome ? [outcome.error] : []))
  const bias = errors.length === 0 ? null : Math.exp(meanOf(errors.map((error) => Math.log1p(error)))) - 1
  const meanAbsoluteError = errors.length === 0 ? null : meanOf(errors.map(Math.abs))
  return {
    kind,
    within: count('within'),
    asMeasured: count('as measured'),
    documented: count('documented'),
    outside: count('outside') + count('failed'),
    notModelled: count('not modelled'),
    bias,
    meanAbsoluteError,
    overAll: overAllOf(kind, bias, meanAbsoluteError),
  }
}

/**
 * Returns the value that is bounded over all cells. Latencies scatter little, so that their errors must not cancel; the
 * medians of a few transfers with losses scatter much.
 */
function overAllOf(kind: CellKind, bias: number | null, meanAbsoluteError: number | null): KindJudgement['overAll'] {
  if (kind === 'latency' && meanAbsoluteError !== null) return held(meanAbsoluteError, LATENCY_OVER_ALL)
  if (kind === 'throughput under loss' && bias !== null) return held(bias, LOSS_OVER_ALL)
  return null
}

function held(error: number, bound: number): NonNullable<KindJudgement['overAll']> {
  return { error, bound, isWithin: Math.abs(error) <= bound }
}
