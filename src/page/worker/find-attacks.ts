import { TECHNIQUES } from '../../attack/techniques.ts'
import { VANTAGES } from '../../attack/vantages.ts'
import { readMatrix } from '../../study/matrix/matrix.ts'
import type { AttackerDefinition, AttackOption, Place, ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'

/** Answers with the attacks that fit a place: those that the matrix would try there. */
export function findAttacks(question: ScenarioText & { readonly place: Place }, desk: Desk): void {
  const known = read(question, desk)
  if (known === null) return
  const { file, place } = question
  const matrix = readMatrix({ file, text: known.text }, {})
  if (!matrix.ok) return desk.reply({ kind: 'problems', problems: matrix.problems })
  const options = matrix.matrix.cases.flatMap(({ path, row, on, scenario }): AttackOption[] => {
    if (scenario === null || on !== place.name || row.isOfHolder === true) return []
    const { technique, vantage, holds, steps } = row
    if (!VANTAGES[vantage].hasNetworkPlace) return []
    const definition: AttackerDefinition = {
      on,
      vantage,
      ...(holds.length === 0 ? {} : { holds }),
      plan: steps.map((step) => ({ technique, path, ...step })),
    }
    return [{ technique, vantage, path, meaning: TECHNIQUES[technique].meaning, definition }]
  })
  const distinct = new Map(options.map((one) => [JSON.stringify(one.definition), one]))
  desk.reply({ kind: 'attacks', attacks: [...distinct.values()] })
}
