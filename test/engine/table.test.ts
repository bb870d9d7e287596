import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE, Table } from '../../src/engine/table.ts'
import { addPerson, KINDS, People, person, personIn, Shelves } from './people.ts'
import type { Person } from './rows.ts'

describe.each(KINDS)('$kind', ({ People, Shelves }) => {
  const emptyTable = (capacity = 4) => new People(new Arena(), capacity)

  test('a table allocates rows from the first on, and counts those in use', () => {
    const people = emptyTable()
    expect([addPerson(people, 1), addPerson(people, 2), addPerson(people, 3)]).toEqual(
      [0, 1, 2].map((index) => people.nth(index)),
    )
    people.release(people.nth(1))
    expect([people.count, people.rowsEver]).toEqual([2, 3])
  })

  test('a table allocates freed rows again, the newest first, before new ones', () => {
    const people = emptyTable()
    for (let id = 0; id < 4; id++) addPerson(people, id)
    people.release(people.nth(0))
    people.release(people.nth(2))
    expect([addPerson(people, 5), addPerson(people, 6), addPerson(people, 7)]).toEqual(
      [2, 0, 4].map((index) => people.nth(index)),
    )
    expect(people.rowsEver).toBe(5)
  })

  test('a table releases the first rows of a list as if each was released after the other', () => {
    const people = emptyTable()
    for (let id = 0; id < 4; id++) addPerson(people, id)
    const rows = [1, 3, 0, 2].map((index) => people.nth(index))
    rows.slice(1).forEach((row, i) => {
      people.next[rows[i]] = row
    })
    people.releaseList(rows[0], 3)
    expect([people.count, [...people.everyRow()].map((row) => people.generation[row])]).toEqual([1, [1, 1, 0, 1]])
    expect([addPerson(people, 5), addPerson(people, 6), addPerson(people, 7), addPerson(people, 8)]).toEqual(
      [0, 3, 1, 4].map((index) => people.nth(index)),
    )
  })

  test('a table allocates every row with its list link unset', () => {
    const people = emptyTable()
    const first = addPerson(people, 0)
    const second = addPerson(people, 1)
    expect([people.next[first], people.next[second]]).toEqual([NONE, NONE])
    people.release(first)
    people.release(second)
    expect(people.next[addPerson(people, 2)]).toBe(NONE)
  })

  test('a table allocates a reused row with the initial value of every column, whatever its last user left there', () => {
    const shelves = new Shelves(new Arena())
    const first = shelves.allocate()
    shelves.label[first] = 7
    const at = shelves.weightsAt(first)
    shelves.weights.fill(9, at, at + 2)
    shelves.above[first] = first
    shelves.release(first)

    const again = shelves.allocate()
    expect(again).toBe(first)
    expect([shelves.label[again], shelves.above[again]]).toEqual([Number.POSITIVE_INFINITY, NONE])
    expect([...shelves.weights.subarray(at, at + 2)]).toEqual([3, 3])
  })

  test('a table copies all columns of a row except its list link', () => {
    const shelves = new Shelves(new Arena())
    const original = shelves.allocate()
    shelves.label[original] = 7
    shelves.weights[shelves.weightsAt(original) + 1] = 9
    shelves.next[original] = original

    const copy = shelves.copy(original)
    expect([shelves.label[copy], shelves.above[copy], shelves.next[copy]]).toEqual([7, NONE, NONE])
    const at = shelves.weightsAt(copy)
    expect([...shelves.weights.subarray(at, at + 2)]).toEqual([3, 9])
  })

  test('a table keeps columns that belong to the whole table when it grows', () => {
    const shelves = new Shelves(new Arena())
    shelves.total[0] = 5
    for (let i = 0; i < 40; i++) shelves.allocate()
    expect([...shelves.total]).toEqual([5])
  })

  test('a table iterates over every row that was ever in use when the iteration began, free ones included', () => {
    const people = emptyTable()
    const rows = [0, 1, 2].map((id) => addPerson(people, id))
    people.release(rows[1])
    const seen: Person[] = []
    for (const row of people.everyRow()) {
      seen.push(row)
      addPerson(people, 9)
    }
    expect(seen).toEqual(rows)
    expect(rows.map((row) => people.indexOf(row))).toEqual([0, 1, 2])
  })

  test('a table gives a row another generation after its release', () => {
    const people = emptyTable()
    const row = addPerson(people, 1)
    const generation = people.generation[row]
    people.release(row)
    expect(addPerson(people, 2)).toBe(row)
    expect(people.generation[row]).toBe(generation + 1)
  })

  test('a table keeps each row as it was set while other rows are added and released, and the table grows', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('add'), fc.nat(100)), { maxLength: 300 }), (orders) => {
        const people = emptyTable(1)
        const idByRow = new Map<Person, number>()
        orders.forEach((order, id) => {
          const rows = [...idByRow.keys()]
          if (order === 'add' || rows.length === 0) {
            const row = addPerson(people, id)
            expect(idByRow.has(row)).toBe(false)
            idByRow.set(row, id)
          } else {
            const row = rows[order % rows.length]
            people.release(row)
            idByRow.delete(row)
          }
        })
        expect(people.count).toBe(idByRow.size)
        for (const [row, id] of idByRow) expect(personIn(people, row)).toEqual(person(id))
      }),
    )
  })
})

/** A table whose constructor declares its first field, which depends on an argument. */
class Ratings extends Table<Person> {
  readonly stars: Int32Array
  readonly critic = this.int32(7)

  constructor(arena: Arena, perRow: number) {
    super(arena, 2)
    this.stars = this.int32(3, perRow)
    this.attach()
  }
}

describe('a table with rows side by side', () => {
  test('a table with rows side by side stores a column declared in its constructor, in each table of the class', () => {
    const arena = new Arena()
    for (const perRow of [2, 4]) {
      const ratings = new Ratings(arena, perRow)
      const row = ratings.allocate()
      expect([...ratings.stars.subarray(row, row + perRow)]).toEqual(Array.from({ length: perRow }, () => 3))
      expect(ratings.critic[row]).toBe(7)
    }
  })

  test('a table with rows side by side keeps the numbers of one row together', () => {
    const people = new People(new Arena(), 4)
    const [first, second] = [addPerson(people, 1), addPerson(people, 2)]
    const placeOf = (row: Person) => people.birth.byteOffset + people.birth.BYTES_PER_ELEMENT * row
    // The wider block has `next`, `generation` and the four columns of 32 bits; the stride is even.
    expect([first, second, placeOf(second) - placeOf(first)]).toEqual([0, 6, 48])
    expect(people.height.buffer).toBe(people.balance.buffer)
  })

  test('a table with rows side by side has even handles, so that a user can store a bit beside them', () => {
    const shelves = new Shelves(new Arena())
    for (let i = 0; i < 5; i++) expect(shelves.allocate() % 2).toBe(0)
  })
})

/** A table that makes another between its columns, when its own are declared in part. */
class Outer extends Table<Person> {
  readonly first = this.int32(1)
  readonly inner: Inner
  readonly last = this.int32(2)

  constructor(arena: Arena) {
    super(arena, 2)
    this.inner = new Inner(arena)
    this.attach()
  }
}

class Inner extends Table<Person> {
  readonly only = this.int32(3)

  constructor(arena: Arena) {
    super(arena, 2)
    this.attach()
  }
}

test('a table that is made within the constructor of another has its own columns, the first and the second time', () => {
  for (const time of ['first', 'second']) {
    const outer = new Outer(new Arena())
    const [row, innerRow] = [outer.allocate(), outer.inner.allocate()]
    expect(Object.keys(outer.places).sort()).toEqual(['first', 'generation', 'last', 'next'])
    expect(Object.keys(outer.inner.places).sort()).toEqual(['generation', 'next', 'only'])
    expect([time, outer.first[row], outer.last[row], outer.inner.only[innerRow]]).toEqual([time, 1, 2, 3])
  }
})
