import { jsonOf } from '../json.ts'
import type { MatrixFormat } from './matrix-format.ts'

export const matrixJson: MatrixFormat = {
  meaning: 'print JSON: one document, or a line for each of several files',
  write: (matrices) => matrices.map((one) => jsonOf(one, matrices.length === 1)).join(''),
}
