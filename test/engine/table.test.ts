import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE, type Row, Table } from '../../src/engine/table.ts'
import { People, person, personIn } from './people.ts'
import type { Person } from './rows.ts'

/** Columns with initial values, of several numbers a row, of rows, and of the table as a whole. */
class Shelves extends Table<Shelf> {
  readonly label = this.float64(Number.POSITIVE_INFINITY)
  readonly weights = this.uint16(3, 2)
  readonly above = this.handle<Shelf>()
  readonly total = this.sharedFloat64(1)

  constructor(arena: Arena) {
    super(arena, 1)
    this.attach()
  }
}

type Shelf = Row<'Shelf'>

const emptyTable = (capacity = 4) => new People(new Arena(), capacity)

describe('a table', () => {
  test('hands out rows from the first on, and counts those in use', () => {
    const people = emptyTable()
    expect([people.add(1), people.add(2), people.add(3)]).toEqual([0, 1, 2])
    people.release(people.rowAt(1))
    expect([people.count, people.rowsEver]).toEqual([2, 3])
  })

  test('hands out freed rows again, the newest first, before any new one', () => {
    const people = emptyTable()
    for (let id = 0; id < 4; id++) people.add(id)
    people.release(people.rowAt(0))
    people.release(people.rowAt(2))
    expect([people.add(5), people.add(6), people.add(7)]).toEqual([2, 0, 4])
    expect(people.rowsEver).toBe(5)
  })

  test('hands out every row with its link unset', () => {
    const people = emptyTable()
    const first = people.add(0)
    const second = people.add(1)
    expect([people.next[first], people.next[second]]).toEqual([NONE, NONE])
    people.release(first)
    people.release(second)
    expect(people.next[people.add(2)]).toBe(NONE)
  })

  test('hands out a reused row with the initial value of every column, whatever its last user left there', () => {
    const shelves = new Shelves(new Arena())
    const first = shelves.allocate()
    shelves.label[first] = 7
    shelves.weights.fill(9, 2 * first, 2 * first + 2)
    shelves.above[first] = first
    shelves.release(first)

    const again = shelves.allocate()
    expect(again).toBe(first)
    expect([shelves.label[again], shelves.above[again]]).toEqual([Number.POSITIVE_INFINITY, NONE])
    expect([...shelves.weights.subarray(2 * again, 2 * again + 2)]).toEqual([3, 3])
  })

  test('copies all columns of a row but its list link', () => {
    const shelves = new Shelves(new Arena())
    const original = shelves.allocate()
    shelves.label[original] = 7
    shelves.weights[2 * original + 1] = 9
    shelves.next[original] = original

    const copy = shelves.copy(original)
    expect([shelves.label[copy], shelves.above[copy], shelves.next[copy]]).toEqual([7, NONE, NONE])
    expect([...shelves.weights.subarray(2 * copy, 2 * copy + 2)]).toEqual([3, 9])
  })

  test('keeps columns that belong to the table as a whole when it grows', () => {
    const shelves = new Shelves(new Arena())
    shelves.total[0] = 5
    for (let i = 0; i < 40; i++) shelves.allocate()
    expect([...shelves.total]).toEqual([5])
  })

  test('tells the present user of a row from an earlier one by its generation', () => {
    const people = emptyTable()
    const row = people.add(1)
    const generation = people.generation[row]
    people.release(row)
    expect(people.add(2)).toBe(row)
    expect(people.generation[row]).toBe(generation + 1)
  })

  test('keeps each row as it was set, whatever is added, removed, and grown around it', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant('add'), fc.nat(100)), { maxLength: 300 }), (orders) => {
        const people = emptyTable(1)
        const idByRow = new Map<Person, number>()
        orders.forEach((order, id) => {
          const rows = [...idByRow.keys()]
          if (order === 'add' || rows.length === 0) {
            const row = people.add(id)
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
