import { type JudgedVerdict, type Regression, regressions } from '../../measure/judge-baseline.ts'
import type { Result } from '../../measure/result.ts'
import type { Outcome, VerdictResult } from '../../measure/verdict.ts'

/** A verdict that is worse or better in B. */
export interface VerdictChange {
  readonly attacker: string
  readonly technique: string
  readonly path: string
  readonly victim: string
  readonly scope: VerdictResult['scope']
  /** The worst outcome of each side; `not-applicable` if a side has no such verdict. */
  readonly a: Outcome
  readonly b: Outcome
  /** The outcomes that only the worse side has; empty if only more messages are exposed. */
  readonly outcomes: readonly Outcome[]
  readonly judgement: 'worse' | 'better'
  /** The values of the dimensions of a sweep, such as `links.wan.loss=1%`; empty for two runs. */
  readonly point: string
  /** The number of seeds with this change, out of the seeds that both sweeps have; null for two runs. */
  readonly seeds: { readonly changed: number; readonly of: number } | null
}

/** Returns the verdicts that got worse, then those that got better. */
export function verdictChanges(a: Pick<Result, 'verdicts'>, b: Pick<Result, 'verdicts'>): readonly VerdictChange[] {
  return [
    ...regressions(b, a).map((one) => changeOf(one, 'worse')),
    ...regressions(a, b).map((one) => changeOf(one, 'better')),
  ]
}

/** Returns the change for a regression: from A to B if it got worse, from B to A if it got better. */
export function changeOf(
  { verdict, was, gained }: Regression<JudgedVerdict>,
  judgement: VerdictChange['judgement'],
): VerdictChange {
  const { attacker, technique, path, victim, scope, worst } = verdict
  const [a, b] = judgement === 'worse' ? [was, worst] : [worst, was]
  return { attacker, technique, path, victim, scope, a, b, outcomes: gained, judgement, point: '', seeds: null }
}
