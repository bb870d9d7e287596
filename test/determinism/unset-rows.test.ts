import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { Table } from '../../src/engine/table.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const RUBBISH = 77

class OneNumber extends Table<never> {
  readonly number = this.float64()

  constructor(arena: Arena) {
    super(arena, 1)
    this.attach()
  }
}

/** Fills each row that `allocateUnset` returns with numbers that no real user would leave there. */
function fillUnsetRows(): { rows: number } {
  const filled = { rows: 0 }
  const allocateUnset = Table.prototype.allocateUnset
  vi.spyOn(Table.prototype, 'allocateUnset').mockImplementation(function (this: Table<never>) {
    const row = allocateUnset.call(this)
    const { initial64, initial32 } = this['placement']
    this.float64s.fill(RUBBISH, row, row + initial64.length)
    // The list link and the generation, the first two columns, are the table's own.
    this.int32s.fill(RUBBISH, row + 2, row + initial32.length)
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

describe('rows that are allocated unset', () => {
  test.each([
    'scenarios/wan-tls.yaml',
    'scenarios/failures.yaml',
    'test/golden/attacks/injecting/scenario.yaml',
    'test/golden/attacks/relayed-kubelet/scenario.yaml',
  ])('rows that are allocated unset do not change the result of %s, whatever they contain', (file) => {
    const expected = digestOf(file)
    const filled = fillUnsetRows()
    const table = new OneNumber(new Arena())
    expect(table.number[table.allocateUnset()]).toBe(RUBBISH)
    expect(digestOf(file)).toBe(expected)
    expect(filled.rows).toBeGreaterThan(0)
  })
})
