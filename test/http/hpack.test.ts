import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { HeaderFields } from '../../src/http/hpack/header-fields.ts'
import { HpackTables } from '../../src/http/hpack/hpack-tables.ts'

test('x', () => {
  const f = new HeaderFields()
  const t = new HpackTables(new Arena(), f)
  const row = t.add()
  const ids = f.internAll([
    { name: ':method', value: 'GET' },
    { name: ':scheme', value: 'http' },
    { name: ':path', value: '/' },
    { name: ':authority', value: 'www.example.com' },
  ])
  expect([t.encode(row, ids), t.sizeBytes(row)]).toEqual([17, 57])
})
