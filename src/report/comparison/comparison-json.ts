import { jsonDocument } from '../json.ts'
import type { ComparisonFormat } from './comparison-format.ts'

export const comparisonJson: ComparisonFormat = {
  meaning: 'print the comparison as a JSON document',
  write: jsonDocument,
}
