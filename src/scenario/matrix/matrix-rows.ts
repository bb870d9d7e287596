import { MATRIX_PLACES } from '../../attack/techniques/matrix-places.ts'
import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { hasAbilities, type Vantage } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'

/** A row of the matrix: a place, a vantage and a technique. */
export interface MatrixRow {
  /** The role of a place, as in scenarios. */
  readonly place: string
  readonly vantage: Vantage
  readonly technique: TechniqueName
  /** Further keys of the step. */
  readonly step: Readonly<Record<string, string | number>>
  readonly holds: readonly string[]
}

/**
 * Returns whether an attack cannot change anything for other hosts: its technique does not, or its vantage is not able
 * to.
 */
export function isHarmless({ vantage, technique }: MatrixRow): boolean {
  const { matrix, needs } = TECHNIQUES[technique]
  return matrix.isHarmless === true || !hasAbilities(vantage, needs)
}

/** All rows of the matrix, in the order in which they are shown: by place, vantage and technique. */
export const MATRIX_ROWS: readonly MatrixRow[] = namesOf(MATRIX_PLACES).flatMap((group) => {
  const { roles, vantages } = MATRIX_PLACES[group]
  const attempts = namesOf(TECHNIQUES).flatMap((technique) =>
    TECHNIQUES[technique].matrix.rows
      .filter(({ at }) => at.includes(group))
      .map(({ step = {}, holds = [] }) => ({ technique, step, holds })),
  )
  return roles.flatMap((place) =>
    vantages.flatMap((vantage) => attempts.map((attempt) => ({ place, vantage, ...attempt }))),
  )
})
