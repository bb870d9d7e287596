import { formatChange } from '../format-number.ts'
import type { Comparison, FigureChange } from './comparison.ts'

/**
 * Returns a line for each regression: a verdict that is worse, a figure that is worse by more than `thresholdPercent`, or
 * worse than zero, and a workload or benchmark that B does not have, since it cannot be compared. Of sweeps, the whole
 * interval must be worse by more than the threshold.
 */
export function regressions(comparison: Comparison, thresholdPercent: number): string[] {
  const worse = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter(({ judgement }) => judgement === 'worse')
      .filter((change) => isBeyond(change, thresholdPercent))
      .map(
        ({ figure, changePercent: change }) =>
          `${name}: ${figure} is worse${change === null ? '' : ` (${formatChange(change)})`}`,
      ),
  )
  const verdicts = comparison.verdicts.flatMap(({ judgement, technique, path, attacker, victim, a, b }) =>
    judgement === 'worse' ? [`${technique} on ${path} by ${attacker} against ${victim} is worse: ${b}, was ${a}`] : [],
  )
  return [...verdicts, ...worse, ...comparison.onlyInA.map((name) => `${name}: missing in B`)]
}

/**
 * Returns whether a change is larger than the threshold; of a sweep, the end of its interval that is nearer to zero.
 */
function isBeyond({ a, changePercent: change, interval }: FigureChange, thresholdPercent: number): boolean {
  if (interval === null || a === null || a === 0) return change === null || Math.abs(change) > thresholdPercent
  return (Math.min(Math.abs(interval.low), Math.abs(interval.high)) / Math.abs(a)) * 100 > thresholdPercent
}
