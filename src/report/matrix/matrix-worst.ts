import type { MatrixCell, MatrixResult } from '../../measure/matrix.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { hangingLines } from '../screen/lines.ts'
import { type Styles, stylesOf } from '../screen/styles.ts'
import { isTooWide, tableLines } from '../screen/table.ts'
import type { MatrixFormat, MatrixPrintOptions } from './matrix-format.ts'
import { judgement } from './matrix-judgement.ts'

/** Prints a short matrix for human readers: a row for each place and vantage, a column for each path letter. */
export const matrixWorst: MatrixFormat = {
  meaning: 'print a row for each place and vantage: the worst that an attacker gets of others, by any technique',
  write: (matrices, options) =>
    `${visibleIn(matrices)
      .map((one) => textOf(one, options))
      .join('\n\n')}\n`,
}

function textOf(matrix: MatrixResult, { screen }: MatrixPrintOptions): string {
  const { scenario, kubernetes, seed, paths, cells } = matrix
  const styles = stylesOf(screen)
  const version = kubernetes === null ? '' : `, Kubernetes ${kubernetes}`
  const letters = [...new Set(paths.map(letterOf))]
  const legend = letters.flatMap((letter) => hangingLines(`${letter}: ${meaningOf(letter, matrix)}`, screen, '  '))
  const rows = [...new Map(cells.map((cell) => [`${cell.place}\n${cell.vantage}`, cell])).values()]
    .map(({ place, vantage }) => {
      const here = cells.filter((cell) => cell.place === place && cell.vantage === vantage)
      const of = (letter: string) => here.filter(({ path }) => letterOf(pathOf(path, matrix)) === letter)
      return { place, vantage, here, cells: letters.map((letter) => cellText(of(letter), styles)) }
    })
    .filter(({ here }) => here.some(isGain))
  const wide = {
    head: [...heads('place of the attacker', 'vantage'), ...letters],
    rows: rows.map((row, i) => [row.place === rows[i - 1]?.place ? '' : row.place, row.vantage, ...row.cells]),
    wordColumns: letters.length + 2,
    keyColumns: 2,
  }
  const narrow = {
    ...wide,
    head: [...heads('vantage'), ...letters],
    rows: rows.map(({ vantage, cells: texts }) => [`  ${vantage}`, ...texts]),
    wordColumns: letters.length + 1,
    keyColumns: 1,
  }
  const isNarrow = isTooWide(wide, screen)
  const table = tableLines(isNarrow ? narrow : wide, screen)
  const lines = rows.flatMap(({ place }, i) =>
    isNarrow && place !== rows[i - 1]?.place ? [place, ...table.rows[i]] : table.rows[i],
  )
  const headline = `${scenario}${version}, seed ${seed}: the worst that an attacker gets of others`
  const parts = [hangingLines(headline, screen), legend, [...table.head, ...lines]].map((part) => part.join('\n'))
  return [...parts, ...judgement(matrix, screen)].join('\n\n')
}

function pathOf(name: string, { paths }: MatrixResult): MatrixResult['paths'][number] | undefined {
  return paths.find((path) => path.name === name)
}

function letterOf(path: MatrixResult['paths'][number] | undefined): string {
  return path === undefined ? '' : path.letter === '' ? path.name : path.letter
}

/** Returns the kinds of paths with a letter, and their protection. */
function meaningOf(letter: string, { paths }: MatrixResult): string {
  const those = paths.filter((path) => letterOf(path) === letter)
  return [...new Set(those.map(({ kind }) => kind)), ...new Set(those.map(({ protection }) => protection))].join(', ')
}

function isGain({ worst, scope }: MatrixCell): boolean {
  return scope === 'other' && isWorse(worst, 'no-effect')
}

/** Returns the worst outcome on others; `own` if the attacker gets only its own, `-` if it does not reach the path. */
function cellText(cells: readonly MatrixCell[], styles: Styles): string {
  const worst = cells
    .filter(({ scope }) => scope === 'other')
    .reduce<MatrixCell | null>((one, cell) => (one === null || isWorse(cell.worst, one.worst) ? cell : one), null)
  if (worst !== null && isGain(worst)) return styles.outcome(worst.worst)
  if (cells.some(({ scope, worst: own }) => scope === 'own' && isWorse(own, 'no-effect'))) return styles.quiet('own')
  return worst?.worst === 'no-effect' ? styles.outcome('no-effect') : '-'
}
