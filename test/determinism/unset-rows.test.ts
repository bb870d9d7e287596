import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Table } from '../../src/engine/table.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

/** The parts of a table that its rows lie in, as `Table` has them. */
interface Block {
  readonly initial: readonly number[]
  readonly view: Int32Array
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && 'initial' in value && 'view' in value

/** Fills each row that `allocateUnset` returns with numbers that no real user would leave there. */
function fillUnsetRows(): { rows: number } {
  const filled = { rows: 0 }
  const allocateUnset = Table.prototype.allocateUnset
  vi.spyOn(Table.prototype, 'allocateUnset').mockImplementation(function (this: Table<never>) {
    const row = allocateUnset.call(this)
    // The list link and the generation are the table's own.
    for (const [name, { initial, view }] of Object.entries(this).filter((entry): entry is [string, Block] =>
      isBlock(entry[1]),
    ))
      view.fill(77, row + (name === 'block32' ? 2 : 0), row + initial.length)
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
  ])('do not change the result of %s, whatever they contain', (file) => {
    const expected = digestOf(file)
    const filled = fillUnsetRows()
    expect(digestOf(file)).toBe(expected)
    expect(filled.rows).toBeGreaterThan(0)
  })
})
