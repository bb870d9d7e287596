import { shareInterval } from './share-interval.ts'

/** The runs with one value of an axis: in how many of them a criterion was broken. */
export interface SharePoint {
  readonly value: number
  readonly broken: number
  readonly of: number
}

/** The range of an axis in which runs begin to be broken. */
export interface Boundary {
  /** The largest value up to which no run is broken; null: runs are broken at the smallest value. */
  readonly holdsUpTo: number | null
  /** The smallest value from which on every run is broken; null: not every run is broken at the largest value. */
  readonly breaksFrom: number | null
  /** The regions in which the share falls although values get worse, and by more than chance explains. */
  readonly falls: readonly Fall[]
}

/** A region in which fewer runs are broken at its end than at its begin. */
export interface Fall {
  readonly from: SharePoint
  readonly to: SharePoint
}

/**
 * Returns the boundary that runs show.
 * @param points at least one, in ascending order of their values
 */
export function boundaryOf(points: readonly SharePoint[]): Boundary {
  const { firstBroken, lastFine } = edgesOf(points)
  return {
    holdsUpTo: points[firstBroken - 1]?.value ?? null,
    breaksFrom: points[lastFine + 1]?.value ?? null,
    falls: regionsOf(points).map(([from, to]) => ({ from: points[from], to: points[to] })),
  }
}

/**
 * Returns values that narrow down where runs begin to be broken, and from where on all are: none in a region that is
 * not monotone, and none where neighbours are close enough.
 * @param between returns a value between two others, or null if they are close enough
 */
export function valuesToTest(
  points: readonly SharePoint[],
  between: (low: number, high: number) => number | null,
): readonly number[] {
  const { firstBroken, lastFine } = edgesOf(points)
  const regions = regionsOf(points)
  const values = [firstBroken - 1, lastFine].flatMap((low) => {
    const isInside = regions.some(([from, to]) => from <= low && low < to)
    const isPair = low >= 0 && low + 1 < points.length
    return isPair && !isInside ? (between(points[low].value, points[low + 1].value) ?? []) : []
  })
  return [...new Set(values)]
}

/** Returns the indices of the first point with a broken run (or the number of points), and the last with a fine one. */
function edgesOf(points: readonly SharePoint[]): { readonly firstBroken: number; readonly lastFine: number } {
  const firstBroken = points.findIndex(({ broken }) => broken > 0)
  return {
    firstBroken: firstBroken < 0 ? points.length : firstBroken,
    lastFine: points.findLastIndex(({ broken, of }) => broken < of),
  }
}

/** Returns the first and last index of each region with a fall; regions that touch are one. */
function regionsOf(points: readonly SharePoint[]): readonly (readonly [from: number, to: number])[] {
  const regions: [number, number][] = []
  for (const [from, high] of points.entries()) {
    const to = points.findLastIndex((low, i) => i > from && doesFall(high, low))
    const last = regions[regions.length - 1]
    if (to < 0) continue
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else regions.push([from, to])
  }
  return regions
}

/**
 * Returns whether one share is lower than another by more than chance explains: the 95 % interval of their difference
 * lies above zero (R. G. Newcombe, "Interval estimation for the difference between independent proportions", 1998,
 * method 10).
 */
function doesFall(high: SharePoint, low: SharePoint): boolean {
  const [upper, lower] = [high.broken / high.of, low.broken / low.of]
  const below = upper - shareInterval(high.broken, high.of).low
  const above = shareInterval(low.broken, low.of).high - lower
  return upper - lower > Math.sqrt(below * below + above * above)
}
