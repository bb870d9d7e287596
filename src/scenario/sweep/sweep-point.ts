/** The value of one dimension at a point of a grid. */
export interface Coordinate {
  readonly path: string
  /** The value in the form that `--set` reads. */
  readonly setting: string
  /** The value in the form for human readers. */
  readonly label: string
  /** The value in JSON. */
  readonly json: unknown
}

/** A point of a grid: a value for each dimension, in the order of the dimensions. */
export type SweepPoint = readonly Coordinate[]
