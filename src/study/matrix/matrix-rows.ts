import type { Parameters, WrittenStep } from '../../attack/parameters/common.ts'
import { MATRIX_PLACES } from '../../attack/techniques/matrix-places.ts'
import type { Technique } from '../../attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../../attack/techniques.ts'
import { hasAbilities, type Vantage } from '../../attack/vantages.ts'
import { namesOf } from '../../engine/registry.ts'

/** A row of the matrix: a place, a vantage and a technique. */
export interface MatrixRow {
  /** The role of a place, as in scenarios, or the name of a host, pod or user. */
  readonly place: string
  readonly vantage: Vantage
  readonly technique: TechniqueName
  /** Further keys of each step. */
  readonly steps: readonly WrittenStep<Parameters>[]
  readonly holds: readonly string[]
  /** The row belongs to a holder of a credential with permissions, and depends on the cluster. */
  readonly isOfHolder?: true
}

/** Returns whether an attack cannot change anything for other hosts, because of its technique or its vantage. */
export function isHarmless({ vantage, technique }: MatrixRow): boolean {
  const { matrix, needs } = TECHNIQUES[technique]
  return matrix.isHarmless === true || !hasAbilities(vantage, needs)
}

/** The rows of the matrix for every cluster, in the order of display: by place, vantage and technique. */
export const MATRIX_ROWS: readonly MatrixRow[] = namesOf(MATRIX_PLACES).flatMap((group) => {
  const { roles, vantages } = MATRIX_PLACES[group]
  const attempts = namesOf(TECHNIQUES).flatMap((technique) =>
    rowsOf(TECHNIQUES[technique])
      .filter(({ at }) => at.includes(group))
      .map(({ step = {}, holds = [] }) => ({ technique, steps: [step], holds })),
  )
  return roles.flatMap((place) =>
    vantages.flatMap((vantage) => attempts.map((attempt) => ({ place, vantage, ...attempt }))),
  )
})

function rowsOf({ matrix }: Technique): Technique['matrix']['rows'] {
  return matrix.rows
}
