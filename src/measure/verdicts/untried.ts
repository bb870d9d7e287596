import type { VerdictResult } from '../verdict.ts'

/**
 * Returns whether a verdict is about a step that was not tried. Such a verdict does not say what the step would
 * achieve.
 */
export function isUntried({ outcomes }: Pick<VerdictResult, 'outcomes'>): boolean {
  return outcomes.includes('not-tried')
}

/**
 * Describes the steps that were not tried, such as `drop on logs was not tried: the run ended at 5 s, ...`. Victims
 * with the same reason share one text.
 */
export function describeUntried(verdicts: readonly Untried[]): readonly string[] {
  return [...new Set(verdicts.map(textOf))]
}

type Untried = Pick<VerdictResult, 'technique' | 'path' | 'evidence'>

function textOf({ technique, path, evidence }: Untried): string {
  const reasons = evidence.filter(({ shows }) => shows === 'not-tried').map(({ what }) => what)
  return `${technique} on ${path} was not tried: ${[...new Set(reasons)].join('; ')}`
}
