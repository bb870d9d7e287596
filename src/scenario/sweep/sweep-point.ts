/** What one dimension of a grid is at a point. */
export interface Coordinate {
  readonly path: string
  /** As `--set` takes it. */
  readonly setting: string
  /** As a person reads it. */
  readonly label: string
  /** As JSON has it. */
  readonly json: unknown
}

/** One value a dimension, in the order of the dimensions. */
export type SweepPoint = readonly Coordinate[]
