import type { MatrixCell, MatrixPath, MatrixResult } from '../../measure/matrix.ts'
import { OUTCOMES, type Outcome } from '../../measure/verdict.ts'
import { visibleIn } from '../../scenario/problems/visible.ts'
import { judgementText } from '../check/check-table.ts'
import { plainTable } from '../plain-table.ts'
import type { MatrixFormat, MatrixPrintOptions } from './matrix-format.ts'

/** Prints a matrix for people: a block for each place, a row for each vantage and technique, a column for each path. */
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
  return [...legend(matrix), ...blocks, ...judgement(matrix)].join('\n\n')
}

function legend({ scenario, kubernetes, seed, paths }: MatrixResult): string[] {
  const version = kubernetes === null ? '' : `, Kubernetes ${kubernetes}`
  const lines = paths.map((path) => `  ${columnOf(path)}: ${path.kind}, ${path.protection}`)
  return [`${scenario}${version}, seed ${seed}: the worst outcome of each attack`, lines.join('\n')]
}

/** Returns how the policy judges the cells, where there is one. */
function judgement({ check }: MatrixResult): string[] {
  return check === undefined ? [] : [judgementText(check, false)]
}

function block({ cells, paths }: MatrixResult, place: string, { hasColor, showsAll }: MatrixPrintOptions): string {
  const here = cells.filter((cell) => cell.place === place)
  const rows = [...new Map(here.map((cell) => [`${cell.vantage} ${cell.technique}`, cell])).values()]
  const shown = rows.filter((row) => showsAll || here.some((cell) => isOf(cell, row) && isWorthShowing(cell.worst)))
  if (shown.length === 0) return ''
  const [head, ...lines] = plainTable({
    head: [place, 'technique', ...paths.map(columnOf)],
    rows: shown.map((row) => [
      row.vantage,
      row.technique,
      ...paths.map((path) => cellText(here.find((cell) => isOf(cell, row) && cell.path === path.name))),
    ]),
    wordColumns: paths.length + 2,
    hasColor,
  })
  return [head, ...lines].join('\n')
}

function isOf(cell: MatrixCell, row: MatrixCell): boolean {
  return cell.vantage === row.vantage && cell.technique === row.technique
}

function isWorthShowing(outcome: Outcome): boolean {
  return OUTCOMES.indexOf(outcome) < OUTCOMES.indexOf('no-effect')
}

function cellText(cell: MatrixCell | undefined): string {
  if (cell === undefined || cell.worst === 'not-applicable') return '-'
  const { worst, exposure, scope, noticed, requests } = cell
  const { messages, of } = exposure
  const share = messages > 0 && messages < of ? ` ${messages}/${of}` : ''
  const statuses = [...new Set(requests.map(statusText))].map((text) => ` ${text}`).join('')
  return `${worst}${share}${scope === 'own' ? ' own' : ''}${noticed === 'security' ? ' detected' : ''}${statuses}`
}

/** The port and the status of a response, as in `10250:403`. */
function statusText({ port, status }: MatrixCell['requests'][number]): string {
  return `${port ?? ''}:${status ?? '-'}`
}

function columnOf({ letter, name }: Pick<MatrixPath, 'letter' | 'name'>): string {
  return letter === '' ? name : `${letter} ${name}`
}
