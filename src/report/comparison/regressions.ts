import { formatChange } from '../format-number.ts'
import type { Comparison } from './comparison.ts'

/**
 * Returns a line for each regression: a figure that is worse by more than `thresholdPercent`, or worse than zero, and a
 * workload or benchmark that B does not have, since it cannot be compared.
 */
export function regressions(comparison: Comparison, thresholdPercent: number): string[] {
  const worse = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter(({ judgement }) => judgement === 'worse')
      .filter(({ changePercent: change }) => change === null || Math.abs(change) > thresholdPercent)
      .map(
        ({ figure, changePercent: change }) =>
          `${name}: ${figure} is worse${change === null ? '' : ` (${formatChange(change)})`}`,
      ),
  )
  return [...worse, ...comparison.onlyInA.map((name) => `${name}: missing in B`)]
}
