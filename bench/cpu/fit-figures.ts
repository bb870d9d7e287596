import type { CpuProfile } from '../../src/security/cpu-profile.ts'
import type { FittedRow } from './fitted-row.ts'

/** A figure that is fitted, and a function that sets it. */
export interface Figure {
  readonly startNs: number
  readonly put: (profile: CpuProfile, ns: number) => CpuProfile
}

const STEPS = 12
/**
 * The step of numerical derivatives. It is small, since a larger change of a figure can make work overlap differently.
 */
const DIFFERENCE_NS = 1000
/** The damping of the Levenberg-Marquardt method, which limits changes of figures with little effect. */
const DAMPING = 1e-3

/**
 * Returns the figures with the least sum of squared relative errors, where every row has the same weight. Rows are
 * nearly linear in the figures, so that a few steps of least squares are enough. Figures remain above 0.
 */
export function fitFigures(rows: readonly FittedRow[], figures: readonly Figure[], start: CpuProfile): CpuProfile {
  const profileOf = (values: readonly number[]) =>
    figures.reduce((profile, { put }, i) => put(profile, Math.round(values[i])), start)
  const errorsOf = (values: readonly number[]) => rows.map((row) => row.errorOf(profileOf(values)))
  let values = figures.map(({ startNs }) => startNs)
  let best = { values, errors: errorsOf(values) }
  for (let i = 0; i < STEPS; i++) {
    const { errors } = best
    const slopes = figures.map((_, f) =>
      errorsOf(best.values.with(f, best.values[f] + DIFFERENCE_NS)).map((e, row) => (e - errors[row]) / DIFFERENCE_NS),
    )
    const full = leastSquares(slopes, errors)
    for (let part = 1; part > 0.05; part /= 2) {
      values = best.values.map((value, f) => Math.max(0, value - part * full[f]))
      const tried = { values, errors: errorsOf(values) }
      if (squares(tried.errors) < squares(best.errors)) {
        best = tried
        break
      }
    }
  }
  return profileOf(best.values)
}

/** Returns the factors of the columns whose sum is nearest to `wanted`. */
function leastSquares(columns: readonly (readonly number[])[], wanted: readonly number[]): number[] {
  const matrix = columns.map((a, i) => [
    ...columns.map((b, j) => dot(a, b) * (i === j ? 1 + DAMPING : 1)),
    dot(a, wanted),
  ])
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j < matrix.length; j++) {
      if (j === i) continue
      const factor = matrix[j][i] / matrix[i][i]
      matrix[j] = matrix[j].map((value, k) => value - factor * matrix[i][k])
    }
  }
  return matrix.map((row, i) => row[matrix.length] / row[i])
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

function squares(errors: readonly number[]): number {
  return dot(errors, errors)
}
