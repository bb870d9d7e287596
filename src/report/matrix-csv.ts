import { stringify } from 'csv-stringify/sync'
import type { MatrixResult } from '../measure/matrix.ts'

const HEADER = [
  'scenario',
  'path',
  'letter',
  'place',
  'on',
  'vantage',
  'technique',
  'worst',
  'outcomes',
  'scope',
  'messages_exposed',
  'messages',
  'bytes_exposed',
  'noticed',
  'digest',
]

/** A row a cell, of one matrix or several. */
export function matrixCsv(matrices: readonly MatrixResult[]): string {
  const rows = matrices.flatMap(({ scenario, paths, cells }) =>
    cells.map((cell) => [
      scenario,
      cell.path,
      paths.find(({ name }) => name === cell.path)?.letter ?? '',
      cell.place,
      cell.on,
      cell.vantage,
      cell.technique,
      cell.worst,
      cell.outcomes.join(' '),
      cell.scope,
      cell.exposure.messages,
      cell.exposure.of,
      cell.exposure.bytes,
      cell.noticed,
      cell.digest,
    ]),
  )
  return stringify([HEADER, ...rows])
}
