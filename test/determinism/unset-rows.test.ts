import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Table } from '../../src/engine/table.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const UNTOUCHED = new Set(['next', 'generation', 'registers'])

/** Makes each row that is handed out unset hold numbers that no honest user would have left there. */
function fillUnsetRows(): { rows: number } {
  const filled = { rows: 0 }
  const allocateUnset = Table.prototype.allocateUnset
  vi.spyOn(Table.prototype, 'allocateUnset').mockImplementation(function (this: Table<never>) {
    const row = allocateUnset.call(this)
    for (const [name, value] of Object.entries(this)) {
      if (UNTOUCHED.has(name) || !ArrayBuffer.isView(value)) continue
      const column = value as Int32Array
      // What belongs to the table as a whole.
      if (column.length < this.generation.length) continue
      const perRow = column.length / this.generation.length
      column.fill(77, row * perRow, row * perRow + perRow)
    }
    filled.rows++
    return row
  })
  return filled
}

function digestOf(file: string): string {
  const loaded = loadScenario({ file, text: readFileSync(file, 'utf8') })
  if (!loaded.ok) throw new Error(`${file} does not load`)
  return createHash('sha256')
    .update(JSON.stringify(run(loaded.scenario).result))
    .digest('hex')
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('rows that are handed out unset', () => {
  test.each([
    'scenarios/wan-tls.yaml',
    'scenarios/failures.yaml',
    'test/golden/attacks/injecting/scenario.yaml',
    'test/golden/attacks/relayed-kubelet/scenario.yaml',
  ])('give the same result of %s, whatever they held before', (file) => {
    const expected = digestOf(file)
    const filled = fillUnsetRows()
    expect(digestOf(file)).toBe(expected)
    expect(filled.rows).toBeGreaterThan(0)
  })
})
