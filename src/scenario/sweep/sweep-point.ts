/** The value of one dimension at a point of a grid. */
export interface Coordinate {
  readonly path: string
  /** The value as `--set` reads it. */
  readonly setting: string
  /** The value as people read it. */
  readonly label: string
  /** The value in JSON. */
  readonly json: unknown
}

/** A point of a grid: a value for each dimension, in the order of the dimensions. */
export type SweepPoint = readonly Coordinate[]
