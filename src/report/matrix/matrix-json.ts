import type { MatrixResult } from '../../measure/matrix.ts'
import { checkValue } from '../check/check-json.ts'
import { jsonOf } from '../json.ts'
import type { MatrixFormat } from './matrix-format.ts'

export const matrixJson: MatrixFormat = {
  meaning: 'print JSON: one document, or a line for each of several files',
  write: (matrices) => matrices.map((one) => jsonOf(jsonValue(one), matrices.length === 1)).join(''),
}

function jsonValue({ check, ...matrix }: MatrixResult): object {
  return check === undefined ? matrix : { ...matrix, check: checkValue(check) }
}
