import { shareInterval } from './share-interval.ts'

/** The number of runs with one value of an axis, and how many of them broke a criterion. */
export interface SharePoint {
  readonly value: number
  readonly broken: number
  readonly of: number
}

/** The range of an axis in which runs begin to break a criterion. */
export interface Boundary {
  /** The largest value up to which all runs hold; null if runs break at the smallest value. */
  readonly holdsUpTo: number | null
  /** The smallest value from which on every run breaks; null if not every run breaks at the largest value. */
  readonly breaksFrom: number | null
  /** The regions in which the share of broken runs falls by more than chance explains, although values get worse. */
  readonly falls: readonly Fall[]
}

/** A region with a smaller share of broken runs at its end than at its start. */
export interface Fall {
  readonly from: SharePoint
  readonly to: SharePoint
}

/**
 * Returns the boundary that the runs show.
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
 * Returns the next values to try, which narrow down where runs begin to break and from where on all break. Regions that
 * are not monotone and neighbours that are close enough give no values.
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

/**
 * Returns the index of the first point with a broken run (or the number of points), and of the last point with a run
 * that holds.
 */
function edgesOf(points: readonly SharePoint[]): { readonly firstBroken: number; readonly lastFine: number } {
  const firstBroken = points.findIndex(({ broken }) => broken > 0)
  return {
    firstBroken: firstBroken < 0 ? points.length : firstBroken,
    lastFine: points.findLastIndex(({ broken, of }) => broken < of),
  }
}

/** Returns the first and last index of each region with a fall. Regions that touch are joined. */
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
