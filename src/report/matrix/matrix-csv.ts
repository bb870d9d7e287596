import { stringify } from 'csv-stringify/sync'
import type { MatrixFormat } from './matrix-format.ts'

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
export const matrixCsv: MatrixFormat = {
  meaning: 'print a row a cell as CSV',
  write(matrices) {
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
  },
}
