import { jsonOf } from '../json.ts'
import type { RunFormat } from './run-format.ts'

export const runJson: RunFormat = {
  meaning: 'print JSON: one document, or a line for each of several files',
  each: (result, { reproduce, isOnly }) => jsonOf({ ...result, reproduce }, isOnly),
}
