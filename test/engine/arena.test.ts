import { describe, expect, test } from 'vitest'
import { Arena, type Columns, OutOfMemory } from '../../src/engine/arena.ts'
import { ModelError } from '../../src/engine/assert.ts'
import { addPerson, People, person, personIn } from './people.ts'

/** Builds two tables in one arena, whose rows contain different numbers. */
function twoTables(capacity: number) {
  const arena = new Arena()
  return { arena, guests: new People(arena, capacity), staff: new People(arena, capacity) }
}

type Tables = ReturnType<typeof twoTables>

function addToBoth({ guests, staff }: Tables, from: number, to: number): void {
  for (let id = from; id < to; id++) {
    addPerson(guests, id)
    addPerson(staff, 10_000 + id)
  }
}

function expectBoth({ guests, staff }: Tables, count: number): void {
  expect([guests.count, staff.count]).toEqual([count, count])
  for (let id = 0; id < count; id++) {
    expect(personIn(guests, guests.nth(id))).toEqual(person(id))
    expect(personIn(staff, staff.nth(id))).toEqual(person(10_000 + id))
  }
}

describe('an arena', () => {
  test('an arena keeps the rows of all its tables when one of them grows', () => {
    const tables = twoTables(4)
    addToBoth(tables, 0, 4)
    addPerson(tables.guests, 4)
    expect(tables.guests.count).toBe(5)
    addPerson(tables.staff, 10_004)
    expectBoth(tables, 5)
  })

  test('an arena keeps the rows of earlier tables when its buffer grows for a new one', () => {
    const tables = twoTables(4)
    addToBoth(tables, 0, 4)
    const many = new People(tables.arena, 100_000)
    expectBoth(tables, 4)
    expect(personIn(many, many.nth(99_999))).toEqual([0, 0, 0, 0, 0])
  })

  test('an arena leaves no gap when its last table grows', () => {
    const tables = twoTables(4)
    addToBoth(tables, 0, 4)
    tables.arena.grow(tables.staff, 64)
    const arena = new Arena()
    const others = [new People(arena, 4), new People(arena, 64)]
    expect(tables.arena.sizeBytes).toBe(arena.sizeBytes)
    expect(others[1].birth.byteOffset).toBe(tables.staff.birth.byteOffset)
    expectBoth(tables, 4)
  })

  test('an arena gives zeroed new rows to its last table, whatever its buffer held before', () => {
    const tables = twoTables(4)
    addToBoth(tables, 1, 500)
    tables.arena.copyFrom(twoTables(4).arena)
    addPerson(tables.staff, 10_000)
    tables.arena.grow(tables.staff, 200)
    expect(personIn(tables.staff, tables.staff.nth(0))).toEqual(person(10_000))
    for (let row = 1; row < 200; row++) expect(personIn(tables.staff, tables.staff.nth(row))).toEqual([0, 0, 0, 0, 0])
  })

  test('an arena leaves its tables where they are while they use no more than expected', () => {
    const small = twoTables(4)
    addToBoth(small, 0, 4)
    const arena = new Arena(4 * small.arena.sizeBytes)
    const guests = new People(arena, 4)
    addPerson(guests, 0)
    const before = guests.birth.buffer
    const tables = { arena, guests, staff: new People(arena, 4) }
    addPerson(tables.staff, 10_000)
    addToBoth(tables, 1, 8)
    expectBoth(tables, 8)
    expect(guests.birth.buffer).toBe(before)
  })

  test('an arena takes tables that use up to 128 bytes more than expected', () => {
    const { sizeBytes } = twoTables(3).arena
    for (let moreBytes = 0; moreBytes <= 128; moreBytes++) {
      const arena = new Arena(sizeBytes - moreBytes)
      const tables = { arena, guests: new People(arena, 3), staff: new People(arena, 3) }
      addToBoth(tables, 0, 3)
      expectBoth(tables, 3)
    }
  })

  test('an arena gives zeroed new rows', () => {
    const { guests } = twoTables(1)
    addPerson(guests, 7)
    const row = guests.allocate()
    expect(personIn(guests, row)).toEqual([0, 0, 0, 0, 0])
  })

  test('an arena throws when it grows a table that it does not hold, or to no larger capacity', () => {
    const { arena, guests } = twoTables(4)
    expect(() => arena.grow(guests, 4)).toThrow(ModelError)
    expect(() => new Arena().grow(guests, 8)).toThrow(ModelError)
  })
})

describe('an arena whose content is exchanged', () => {
  test('an arena whose content is exchanged continues from an earlier copy, and then from where it was', () => {
    const tables = twoTables(2)
    addToBoth(tables, 0, 3)
    const early = tables.arena.copy()
    addToBoth(tables, 3, 500)
    const late = tables.arena.exchange(early)
    expectBoth(tables, 3)
    addToBoth(tables, 3, 20)
    expectBoth(tables, 20)
    tables.arena.exchange(late)
    expectBoth(tables, 500)
    addToBoth(tables, 500, 600)
    expectBoth(tables, 600)
  })

  test('an arena whose content is exchanged continues from an earlier copy when the later one has no room in its buffer', () => {
    for (const capacity of [40_000, 400_000]) {
      const tables = twoTables(2)
      addToBoth(tables, 0, 3)
      const early = tables.arena.copy()
      tables.arena.grow(tables.guests, capacity)
      addToBoth(tables, 3, 50)
      expect(tables.arena.sizeBytes).toBeGreaterThan(early.buffer.byteLength)
      const late = tables.arena.exchange(early)
      addToBoth(tables, 3, 20)
      expectBoth(tables, 20)
      tables.arena.exchange(late)
      expectBoth(tables, 50)
    }
  })

  test('an arena whose content is exchanged continues from a copy without the gaps of a large content', () => {
    const arena = new Arena(1 << 26)
    const tables = { arena, guests: new People(arena, 4), staff: new People(arena, 4) }
    addToBoth(tables, 0, 40_000)
    const copy = arena.copy()
    expect(copy.usedBytes).toBe(copy.places.reduce((sum, { bytes }) => sum + bytes, 0))
    expect(copy.usedBytes).toBeLessThan(arena.sizeBytes)
    const late = arena.exchange(copy)
    addToBoth(tables, 40_000, 50_000)
    expectBoth(tables, 50_000)
    arena.exchange(late)
    expectBoth(tables, 40_000)
  })

  test('an arena takes over the content of another with the same tables, which keeps its own', () => {
    const source = twoTables(1)
    addToBoth(source, 0, 40)
    const other = twoTables(8)
    other.arena.exchange(source.arena.copy())
    addToBoth(other, 40, 90)
    source.guests.balance[0] = 99
    expectBoth(other, 90)
    expect(source.guests.count).toBe(40)
  })
})

describe('an arena with a memory limit', () => {
  test('an arena with a memory limit grows up to it and throws beyond it, as does its copy', () => {
    const tables = twoTables(1)
    addToBoth(tables, 0, 2_000)
    const used = tables.arena.sizeBytes
    expect(() => tables.arena.limitTo(used - 1)).toThrow(OutOfMemory)
    tables.arena.limitTo(used * 1.5)
    const copy = twoTables(1)
    copy.arena.copyFrom(tables.arena)
    for (const { arena, guests } of [tables, copy]) {
      expect(() => arena.grow(guests, 1_000_000)).toThrow(OutOfMemory)
    }
    tables.arena.limitTo(Number.POSITIVE_INFINITY)
    expect(() => tables.arena.grow(tables.guests, 1_000_000)).not.toThrow()
  })

  test('an arena with a memory limit reports a failed allocation as a lack of memory', () => {
    const { arena, guests } = twoTables(1)
    expect(() => arena.grow(guests, 2 ** 45)).toThrow(OutOfMemory)
    // Buffers of this size exist, but no array of all their bytes, and no handles for all their rows.
    expect(() => arena.grow(guests, 2 ** 29)).toThrow(OutOfMemory)
  })
})

describe('a copy of an arena', () => {
  test.each([
    ['as large as', 8],
    ['smaller than', 1],
    ['larger than', 1000],
  ])('a copy of an arena holds the same rows when its buffer was %s that of the source', (_, capacity) => {
    const source = twoTables(8)
    addToBoth(source, 0, 8)
    const copy = twoTables(capacity)
    copy.arena.copyFrom(source.arena)
    expectBoth(copy, 8)
    expect(copy.arena.sizeBytes).toBe(source.arena.sizeBytes)
  })

  test('a copy of an arena keeps no rows that it held before', () => {
    const copy = twoTables(2)
    addToBoth(copy, 500, 600)
    copy.guests.release(copy.guests.nth(3))
    copy.arena.copyFrom(twoTables(2).arena)
    addToBoth(copy, 0, 3)
    expectBoth(copy, 3)
  })

  test('a copy of an arena is independent of its source, also when one of them grows', () => {
    const source = twoTables(4)
    addToBoth(source, 0, 4)
    const copy = twoTables(4)
    copy.arena.copyFrom(source.arena)

    addToBoth(copy, 4, 40)
    source.guests.balance[0] = 99

    expectBoth(copy, 40)
    expect([source.guests.count, source.guests.balance[0]]).toEqual([4, 99])

    copy.arena.copyFrom(source.arena)
    expect([copy.guests.count, copy.guests.balance[0]]).toEqual([4, 99])
  })

  test('a copy of an arena reuses freed rows in the same order as its source', () => {
    const source = twoTables(8)
    addToBoth(source, 0, 6)
    for (const row of [4, 1, 3]) source.guests.release(source.guests.nth(row))
    const copy = twoTables(8)
    copy.arena.copyFrom(source.arena)
    const rows = [1, 2, 3, 4].map((id) => addPerson(copy.guests, id))
    expect(rows).toEqual([3, 1, 4, 6].map((index) => copy.guests.nth(index)))
  })

  test('a copy of an arena gives zeroes to tables that are attached later, whatever its buffer held before', () => {
    const copy = twoTables(2)
    addToBoth(copy, 1, 50)
    copy.arena.copyFrom(twoTables(2).arena)
    const late = new People(copy.arena, 100)
    expect([late.count, late.rowsEver]).toEqual([0, 0])
    for (let row = 0; row < 100; row++) expect(personIn(late, late.nth(row))).toEqual([0, 0, 0, 0, 0])
  })

  test('a copy of an arena throws when its tables differ from those of the source', () => {
    const one = new Arena()
    one.attach({ layOut: (columns: Columns) => columns.int32() }, 4)
    const wider = new Arena()
    wider.attach({ layOut: (columns: Columns) => columns.float64(100) }, 5)
    expect(() => one.copyFrom(wider)).toThrow(ModelError)
    expect(() => one.copyFrom(twoTables(4).arena)).toThrow(ModelError)
  })
})
