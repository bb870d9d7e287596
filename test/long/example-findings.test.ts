import { describe, test } from 'vitest'
import { expectFindings, LONGEST_MS, QUICK } from '../import/example-findings.ts'

describe('check of the example', { timeout: LONGEST_MS }, () => {
  test.each(QUICK)('check of the example %s finds exactly this', expectFindings)
})
