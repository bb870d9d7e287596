/** Returns the only candidate that begins with the text, else the nearest one if it is near enough. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  if (written.length > 100) return undefined
  if (written.length >= 3) {
    const begun = [...candidates].filter((candidate) => candidate.startsWith(written))
    if (begun.length === 1) return begun[0]
  }
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
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

/** Returns the number of insertions, deletions, replacements and swaps of neighbours between two texts. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      current[j] = Math.min(previous[j] + 1, current[j - 1] + 1, replaced)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isSwap) current[j] = Math.min(current[j], beforePrevious[j - 2] + 1)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length]
}
