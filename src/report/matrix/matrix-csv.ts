import type { MatrixCell, MatrixResult } from '../../measure/matrix.ts'
import { type Column, csvTable } from '../csv.ts'
import { requestsText } from '../requests-text.ts'
import type { MatrixFormat } from './matrix-format.ts'

interface Row {
  readonly matrix: MatrixResult
  readonly cell: MatrixCell
}

const COLUMNS: readonly Column<Row>[] = [
  ['scenario', ({ matrix }) => matrix.scenario],
  ['path', ({ cell }) => cell.path],
  ['letter', ({ matrix, cell }) => matrix.paths.find(({ name }) => name === cell.path)?.letter ?? ''],
  ['place', ({ cell }) => cell.place],
  ['on', ({ cell }) => cell.on],
  ['vantage', ({ cell }) => cell.vantage],
  ['technique', ({ cell }) => cell.technique],
  ['worst', ({ cell }) => cell.worst],
  ['outcomes', ({ cell }) => cell.outcomes.join(' ')],
  ['scope', ({ cell }) => cell.scope],
  ['messages_exposed', ({ cell }) => cell.exposure.messages],
  ['messages', ({ cell }) => cell.exposure.of],
  ['bytes_exposed', ({ cell }) => cell.exposure.bytes],
  ['noticed', ({ cell }) => cell.noticed],
  ['requests', ({ cell }) => requestsText(cell.requests)],
  ['digest', ({ cell }) => cell.digest],
]

/** Returns whether a text is empty or a matrix as CSV (of any version), so that a new one may replace it. */
export function isMatrixCsv(text: string): boolean {
  return text === '' || text.startsWith('scenario,path,')
}

/** Prints a line for each cell of one or several matrices. */
export const matrixCsv: MatrixFormat = {
  meaning: 'print CSV, one line for each cell',
  write: (matrices) =>
    csvTable(
      COLUMNS,
      matrices.flatMap((matrix) => matrix.cells.map((cell) => ({ matrix, cell }))),
    ),
}
