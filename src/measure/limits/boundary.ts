/** The runs with one value of an axis: in how many of them a criterion was broken. */
export interface SharePoint {
  readonly value: number
  readonly broken: number
  readonly of: number
}

/** The share of runs from which on a value counts: `some` if at least one run is broken, `all` if every run is. */
export type Extent = 'some' | 'all'

/**
 * The place on an axis at which runs begin to be broken. Where that is not monotone, it is the range with all the
 * changes.
 */
export interface Boundary {
  /** The largest value up to which no value counts; null: the smallest one counts. */
  readonly lastBelow: number | null
  /** The smallest value from which on every value counts; null: the largest one does not. */
  readonly firstAbove: number | null
  /** True if the values that count all come after those that do not. */
  readonly isMonotone: boolean
}

/**
 * Returns the boundary that runs show.
 * @param points at least one, in ascending order of their values
 */
export function boundaryOf(points: readonly SharePoint[], extent: Extent): Boundary {
  const counts = points.map(({ broken, of }) => (extent === 'all' ? broken === of : broken > 0))
  const first = counts.indexOf(true)
  const last = counts.lastIndexOf(false)
  const before = first < 0 ? points.at(-1) : points[first - 1]
  return {
    lastBelow: before?.value ?? null,
    firstAbove: points[last + 1]?.value ?? null,
    isMonotone: first < 0 || last < first,
  }
}

/** Returns the falls of the share from a value to the next, in ascending order. */
export function fallsOf(points: readonly SharePoint[]): readonly (readonly [from: SharePoint, to: SharePoint])[] {
  return points.flatMap((to, i) => {
    const from = points[i - 1]
    return from !== undefined && to.broken < from.broken ? [[from, to] as const] : []
  })
}

/**
 * Returns the values between which the two boundaries of these points lie, and which have to be tested to narrow them
 * down: none where a boundary is not monotone, or narrow enough.
 * @param between returns a value between two others, or null if they are close enough
 */
export function valuesToTest(
  points: readonly SharePoint[],
  between: (low: number, high: number) => number | null,
): readonly number[] {
  const values = (['some', 'all'] as const).flatMap((extent) => {
    const { lastBelow, firstAbove, isMonotone } = boundaryOf(points, extent)
    if (!isMonotone || lastBelow === null || firstAbove === null) return []
    return between(lastBelow, firstAbove) ?? []
  })
  return [...new Set(values)]
}
