import type { VerdictResult } from '../verdict.ts'

/**
 * Returns whether a step that the verdict is about was not tried, so that the verdict says nothing about what it would
 * achieve.
 */
export function isUntried({ outcomes }: Pick<VerdictResult, 'outcomes'>): boolean {
  return outcomes.includes('not-tried')
}

/** Describes the steps of a verdict that were not tried, such as `drop on logs was not tried: the run ended at 5 s, ...`. */
export function describeUntried({
  technique,
  path,
  evidence,
}: Pick<VerdictResult, 'technique' | 'path' | 'evidence'>): string {
  const reasons = evidence.filter(({ shows }) => shows === 'not-tried').map(({ what }) => what)
  return `${technique} on ${path} was not tried: ${[...new Set(reasons)].join('; ')}`
}
