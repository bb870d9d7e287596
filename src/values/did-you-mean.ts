import { distance } from 'fastest-levenshtein'
import { synonymOf } from './synonyms.ts'

/** The longest text for which a name is suggested. */
const LONGEST = 100

/**
 * Returns the candidate that means the same, such as `rate` for `bandwidth`; else the only one that begins with the text,
 * else the nearest one if it is near enough, else the first that adds a number, such as `web-1` for `web`.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > LONGEST) return undefined
  const all = [...candidates]
  const synonym = synonymOf(written, all)
  if (synonym !== undefined) return synonym
  const begun = written.length < 3 ? [] : all.filter((candidate) => candidate.startsWith(written))
  if (begun.length === 1) return begun[0]
  const lower = written.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const candidate of all) {
    // The distance is at least the difference of the lengths.
    if (Math.abs(candidate.length - lower.length) >= bestDistance) continue
    const apart = misspellings(lower, candidate.toLowerCase())
    if (apart < bestDistance) {
      best = candidate
      bestDistance = apart
    }
  }
  return best ?? begun.find((candidate) => /^-\d+$/.test(candidate.slice(written.length)))
}

/** Returns a hint with the nearest candidate. A planned one is marked as not modelled yet. */
export function didYouMean(
  written: string,
  candidates: Iterable<string>,
  planned: readonly string[] = [],
): string | undefined {
  const best = nearest(written, [...candidates, ...planned])
  if (best === undefined) return undefined
  return planned.includes(best) ? `did you mean ${best}, which is not modelled yet?` : `did you mean ${best}?`
}

/** Returns the number of insertions, deletions and replacements between two texts; 1 for two swapped neighbours. */
export function misspellings(a: string, b: string): number {
  return isSwap(a, b) ? 1 : distance(a, b)
}

/** Returns whether two texts differ in the order of two neighbours and in nothing else. */
function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at + 1 < a.length && a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)
}
