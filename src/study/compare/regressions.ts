import type { Comparison, FigureChange } from '../../report/comparison/comparison.ts'
import { formatChange, formatCount } from '../../report/format-number.ts'

/**
 * Returns a line for each regression: each verdict that is worse, and each figure of sweeps and benchmarks that is
 * worse by more than chance. A figure of two single runs can differ by chance, so it counts only with a threshold. With
 * a threshold, a figure counts if it is worse by more than the threshold (in sweeps, by the whole interval), or worse
 * than zero. A workload or benchmark that B lacks then counts too, because it cannot be compared.
 */
export function regressions(comparison: Comparison, thresholdPercent: number | null): string[] {
  const hasChance = comparison.kind === 'results'
  const worse = comparison.pairs.flatMap(({ name, figures }) =>
    figures
      .filter(({ judgement }) => judgement === 'worse')
      .filter((change) => (thresholdPercent === null ? !hasChance : isBeyond(change, thresholdPercent)))
      .map(
        ({ figure, changePercent: change }) =>
          `${name}: ${figure} is worse${change === null ? '' : ` (${formatChange(change)})`}`,
      ),
  )
  const verdicts = comparison.verdicts.flatMap(
    ({ judgement, technique, path, attacker, victim, a, b, point, seeds }) => {
      if (judgement !== 'worse') return []
      const where = point === '' ? '' : `, at ${point},`
      const share = seeds === null ? '' : `, at ${seeds.changed} of ${formatCount(seeds.of, 'common seed')}`
      return [`${technique} on ${path} by ${attacker} against ${victim}${where} is worse: ${b}, was ${a}${share}`]
    },
  )
  const missing = thresholdPercent === null ? [] : comparison.onlyInA.map((name) => `${name}: missing in B`)
  return [...verdicts, ...worse, ...missing]
}

/**
 * Returns whether a change exceeds the threshold. For a sweep, the end of the interval that is nearer to zero counts.
 */
function isBeyond({ a, changePercent: change, interval }: FigureChange, thresholdPercent: number): boolean {
  if (interval === null || a === null || a === 0) return change === null || Math.abs(change) > thresholdPercent
  return (Math.min(Math.abs(interval.low), Math.abs(interval.high)) / Math.abs(a)) * 100 > thresholdPercent
}
