import type { MatrixCell, MatrixResult } from '../../measure/matrix.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { type Styles, stylesOf } from '../screen/styles.ts'
import { stackedText } from '../screen/table.ts'
import type { MatrixFormat, MatrixPrintOptions } from './matrix-format.ts'
import { columnOf, legend } from './matrix-table.ts'

/** Prints a short matrix for people: a row for each place and vantage, without the techniques. */
export const matrixWorst: MatrixFormat = {
  meaning: 'print a row for each place and vantage: the worst outcome over all techniques',
  write: (matrices, options) =>
    `${visibleIn(matrices)
      .map((one) => textOf(one, options))
      .join('\n\n')}\n`,
}

function textOf(matrix: MatrixResult, { screen }: MatrixPrintOptions): string {
  const { cells, paths } = matrix
  const styles = stylesOf(screen)
  const rows = [...new Map(cells.map((cell) => [`${cell.place}\n${cell.vantage}`, cell])).values()]
  const table = {
    head: ['place of the attacker', 'vantage', ...paths.map(columnOf)],
    rows: rows.map((row, i) => [
      row.place === rows[i - 1]?.place ? '' : row.place,
      row.vantage,
      ...paths.map(({ name }) => {
        const here = cells.filter((cell) => cell.place === row.place && cell.vantage === row.vantage)
        return cellText(
          here.filter(({ path }) => path === name),
          styles,
        )
      }),
    ]),
    wordColumns: paths.length + 2,
    keyColumns: 2,
  }
  const shown = 'the worst that an attacker gets by any technique'
  return [...legend(matrix, screen, shown), stackedText(table, screen)].join('\n\n')
}

/** Returns the worst outcome about others; the worst about the attacker's own, where it achieves nothing on others. */
function cellText(cells: readonly MatrixCell[], styles: Styles): string {
  const [ofOthers, ofItsOwn] = (['other', 'own'] as const).map((scope) =>
    worstOf(cells.filter((one) => one.scope === scope)),
  )
  const hasGained = ofOthers !== null && isWorse(ofOthers.worst, 'no-effect')
  if (!hasGained && ofItsOwn !== null) return styles.quiet(`${ofItsOwn.worst} own`)
  return ofOthers === null ? '-' : styles.outcome(ofOthers.worst)
}

function worstOf(cells: readonly MatrixCell[]): MatrixCell | null {
  const tried = cells.filter(({ worst }) => worst !== 'not-applicable')
  return tried.reduce<MatrixCell | null>(
    (worst, cell) => (worst === null || isWorse(cell.worst, worst.worst) ? cell : worst),
    null,
  )
}
