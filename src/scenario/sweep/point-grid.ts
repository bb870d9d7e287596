import type { Coordinate, SweepPoint } from './sweep-point.ts'

/** A dimension of a grid: a path of the scenario, and its values. */
export interface PointDimension {
  readonly path: string
  readonly values: readonly Coordinate[]
}

/** The points of a grid, in order: the last dimension changes fastest. */
export class PointGrid {
  readonly dimensions: readonly PointDimension[]
  /** The number of points; 1 without dimensions. */
  readonly size: number

  constructor(dimensions: readonly PointDimension[]) {
    this.dimensions = dimensions
    this.size = dimensions.reduce((product, { values }) => product * values.length, 1)
  }

  get paths(): readonly string[] {
    return this.dimensions.map(({ path }) => path)
  }

  /** The paths, with the number of values for each. */
  get counts(): readonly { readonly path: string; readonly count: number }[] {
    return this.dimensions.map(({ path, values }) => ({ path, count: values.length }))
  }

  pointAt(index: number): SweepPoint {
    return this.choicesAt(index).map((choice, i) => this.dimensions[i].values[choice])
  }

  /** Returns, for each dimension, the index of its value at a point. */
  choicesAt(index: number): readonly number[] {
    const choices: number[] = []
    let rest = index
    for (const { values } of this.dimensions.toReversed()) {
      choices.unshift(rest % values.length)
      rest = Math.floor(rest / values.length)
    }
    return choices
  }
}
