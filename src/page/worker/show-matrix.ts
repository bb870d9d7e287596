import { levelOf } from '../../report/view/outcome-level.ts'
import { readCheck } from '../../study/check/read-check.ts'
import { tryMatrix } from '../../study/matrix-result.ts'
import type { MatrixCellView, ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'
import { DeskSimulator } from './desk-simulator.ts'

/** Tries the matrix of a scenario, and answers with its outcomes. */
export async function showMatrix(question: ScenarioText & { readonly today: string }, desk: Desk): Promise<void> {
  const known = read(question, desk)
  if (known === null) return
  const planned = readCheck({ file: question.file, text: known.text }, {}, { isMatrix: true })
  if (!planned.ok) return desk.reply({ kind: 'problems', problems: planned.problems })
  const { paths, cells } = await tryMatrix(planned.plan, { today: question.today }, new DeskSimulator(desk))
  const rows = new Map<string, Map<string, MatrixCellView>>()
  for (const { place, vantage, technique, path, worst } of cells) {
    const name = `${technique}, ${vantage} at ${place}`
    const row = rows.get(name) ?? new Map<string, MatrixCellView>()
    rows.set(name, row.set(path, { outcome: worst, level: levelOf(worst) }))
  }
  const names = paths.map(({ name }) => name)
  desk.reply({
    kind: 'matrix',
    matrix: {
      paths: names,
      rows: [...rows].map(([name, row]) => ({ name, cells: names.map((path) => row.get(path) ?? null) })),
    },
  })
}
