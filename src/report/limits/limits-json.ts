import { jsonDocument } from '../json.ts'
import type { LimitsFormat } from './limits-format.ts'

export const limitsJson: LimitsFormat = {
  meaning: 'print JSON',
  write: (result, { again }) => jsonDocument({ ...result, reproduce: again }),
}
