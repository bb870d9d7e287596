import { describe, test } from 'vitest'
import { expectFindings, LONGEST_MS, SLOW } from '../import/example-findings.ts'

describe('check of the example', { timeout: LONGEST_MS }, () => {
  test.each(SLOW)('check of the example %s finds exactly this', expectFindings)
})
