import type { VerdictResult } from '../verdict.ts'

/**
 * Returns whether a step that the verdict is about was not tried, so that the verdict says nothing about what it would
 * achieve.
 */
export function isUntried({ outcomes }: Pick<VerdictResult, 'outcomes'>): boolean {
  return outcomes.includes('not-tried')
}

/**
 * Describes the steps of verdicts that were not tried, such as `drop on logs was not tried: the run ended at 5 s, ...`:
 * once for all victims to whom the same applies.
 */
export function describeUntried(verdicts: readonly Untried[]): readonly string[] {
  return [...new Set(verdicts.map(textOf))]
}

type Untried = Pick<VerdictResult, 'technique' | 'path' | 'evidence'>

function textOf({ technique, path, evidence }: Untried): string {
  const reasons = evidence.filter(({ shows }) => shows === 'not-tried').map(({ what }) => what)
  return `${technique} on ${path} was not tried: ${[...new Set(reasons)].join('; ')}`
}
