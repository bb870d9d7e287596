import { MATRIX_PLACES } from '../../attack/techniques/matrix-places.ts'
import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { hasAbilities, type Vantage } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'

/** A row of the matrix: where, seeing what, doing what. */
export interface MatrixRow {
  /** A role, as scenarios have it. */
  readonly place: string
  readonly vantage: Vantage
  readonly technique: TechniqueName
  /** What a step says besides. */
  readonly step: Readonly<Record<string, string | number>>
  readonly holds: readonly string[]
}

/** It changes nothing for others: its technique does not, or its vantage is not able to do it. */
export function isHarmless({ vantage, technique }: MatrixRow): boolean {
  const { matrix, needs } = TECHNIQUES[technique]
  return matrix.isHarmless === true || !hasAbilities(vantage, needs)
}

/** In the order in which they are shown: by place, vantage and technique. */
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
