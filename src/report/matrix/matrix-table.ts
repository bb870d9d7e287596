import type { MatrixCell, MatrixPath, MatrixResult } from '../../measure/matrix.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { heads } from '../columns.ts'
import { hangingLines } from '../screen/lines.ts'
import type { Screen } from '../screen/screen.ts'
import { type Styles, stylesOf } from '../screen/styles.ts'
import { isTooWide, stackedText } from '../screen/table.ts'
import { unmodelledLine } from '../unmodelled-line.ts'
import type { MatrixFormat, MatrixPrintOptions } from './matrix-format.ts'
import { judgement } from './matrix-judgement.ts'

/**
 * Prints a matrix for human readers: a block for each place, a row for each vantage and technique, a column for each
 * path.
 */
export const matrixTable: MatrixFormat = {
  meaning: 'print a table',
  write: (matrices, options) =>
    `${visibleIn(matrices)
      .map((one) => tableOf(one, options))
      .join('\n\n')}\n`,
}

function tableOf(matrix: MatrixResult, options: MatrixPrintOptions): string {
  const places = [...new Set(matrix.cells.map(({ place }) => place))]
  const blocks = places.map((place) => block(matrix, place, options)).filter((text) => text !== '')
  const shown = blocks.length > 0 ? blocks : [nothingShown(matrix)]
  return [...legend(matrix, options.screen), ...shown, ...judgement(matrix, options.screen)].join('\n\n')
}

function nothingShown({ cells }: MatrixResult): string {
  return cells.length === 0
    ? 'No attack was tried.'
    : 'No attack has an effect on any path; --all shows what was tried.'
}

function legend({ scenario, kubernetes, seed, paths, unmodelled = [] }: MatrixResult, screen: Screen): string[] {
  const version = kubernetes === null ? '' : `, Kubernetes ${kubernetes}`
  const headline = `${scenario}${version}, seed ${seed}: the worst outcome of each attack`
  const lines = [
    ...paths.map((path) => `${columnOf(path)}: ${path.kind}, ${path.protection}`),
    ...unmodelled.map(unmodelledLine),
  ]
  return [hangingLines(headline, screen), lines.flatMap((line) => hangingLines(line, screen, '  '))].map((part) =>
    part.join('\n'),
  )
}

function block({ cells, paths }: MatrixResult, place: string, { screen, showsAll }: MatrixPrintOptions): string {
  const here = cells.filter((cell) => cell.place === place)
  const rows = [...new Map(here.map((cell) => [`${cell.vantage} ${cell.technique}`, cell])).values()]
  const shown = rows.filter((row) => showsAll || here.some((cell) => isOf(cell, row) && isWorthShowing(cell.worst)))
  if (shown.length === 0) return ''
  const styles = stylesOf(screen)
  const table = {
    head: [place, ...heads('technique'), ...paths.map(columnOf)],
    rows: shown.map((row) => [
      row.vantage,
      row.technique,
      ...paths.map((path) =>
        cellText(
          here.find((cell) => isOf(cell, row) && cell.path === path.name),
          styles,
        ),
      ),
    ]),
    wordColumns: paths.length + 2,
    keyColumns: 2,
  }
  if (!isTooWide(table, screen)) return stackedText(table, screen)
  const [, ...others] = table.head
  return `${styles.heading(place)}\n${stackedText({ ...table, head: ['', ...others] }, screen)}`
}

function isOf(cell: MatrixCell, row: MatrixCell): boolean {
  return cell.vantage === row.vantage && cell.technique === row.technique
}

function isWorthShowing(outcome: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf('no-effect')
}

function cellText(cell: MatrixCell | undefined, styles: Styles): string {
  if (cell === undefined || cell.worst === 'not-applicable') return '-'
  const { worst, exposure, scope, noticed, requests } = cell
  const { messages, of } = exposure
  const share = messages > 0 && messages < of ? ` ${messages}/${of}` : ''
  const statuses = [...new Set(requests.map(statusText))].map((text) => ` ${text}`).join('')
  const text = `${worst}${share}${scope === 'own' ? ' own' : ''}`
  const shown = scope === 'own' ? styles.quiet(text) : styles.outcome(worst, text)
  return `${shown}${noticed === 'security' ? ' detected' : ''}${statuses}`
}

/** Formats the port and the status of a response: `10250:403`. */
function statusText({ port, status }: MatrixCell['requests'][number]): string {
  return `${port ?? ''}:${status ?? '-'}`
}

function columnOf({ letter, name }: Pick<MatrixPath, 'letter' | 'name'>): string {
  return letter === '' ? name : `${letter} ${name}`
}
