import type { Problem } from '../../scenario/problems/problem.ts'

/** Returns the text that the hint of a problem proposes in place of the one in question; null where it proposes none. */
export function remedyOf({ hint, endColumn }: Pick<Problem, 'hint' | 'endColumn'>): string | null {
  if (hint === undefined || endColumn === undefined) return null
  return /^did you mean "?([^"?]+?)"?\??$/.exec(hint)?.[1] ?? null
}
