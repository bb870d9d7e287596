import { afterAll, describe, expect, it } from 'vitest'
import { shippedAttacks } from '../../src/disk/read-attacks.ts'
import { checkPointers } from '../attack/evidence-checks.ts'
import { observeShipped } from '../attack/evidence-lab.ts'

describe('the pointers of the attacks of the package', () => {
  let pointers = 0

  it.each(shippedAttacks())('evidence references of the shipped attacks name packets that show it: %s', (attack) => {
    pointers += checkPointers(observeShipped(attack))
  })

  afterAll(() => {
    // Without pointers the checks above would hold for nothing.
    expect(pointers).toBeGreaterThanOrEqual(100)
  })
})
