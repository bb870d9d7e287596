import { jsonLine } from '../json.ts'
import type { SweepFormat } from './sweep-format.ts'

export const sweepJson: SweepFormat = {
  meaning: 'print JSON, one line for each run',
  run({ point, reproduce }, result) {
    const values = Object.fromEntries(point.map(({ path, json }) => [path, json]))
    return jsonLine({ ...result, point: values, reproduce })
  },
}
