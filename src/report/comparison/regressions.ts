import { formatChange } from '../format-number.ts'
import type { Comparison } from './comparison.ts'

/**
 * What a gate must not let pass, a line each: figures that are worse by more than `thresholdPercent`, or worse
 * from nothing; and what A has and B lacks, since a gate that cannot look must not say yes.
 */
export function regressions(comparison: Comparison, thresholdPercent: number): string[] {
  const worse = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter(({ judgement }) => judgement === 'worse')
      .filter(({ changePercent: change }) => change === null || Math.abs(change) > thresholdPercent)
      .map(
        ({ figure, changePercent: change }) =>
          `${name}: ${figure} is worse${change === null ? '' : `: ${formatChange(change)}`}`,
      ),
  )
  return [...worse, ...comparison.onlyInA.map((name) => `${name}: missing from B`)]
}
