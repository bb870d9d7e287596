import type { Arena } from '../../src/engine/arena.ts'
import { IndexedTable, type Row, Table } from '../../src/engine/table.ts'
import type { Person } from './rows.ts'

export type Shelf = Row<'Shelf'>

// Both kinds of table with the same columns: of every width that they have, the odd ones first.

export class People extends Table<Person> {
  readonly isMarried = this.int32()
  readonly shoeSize = this.int32()
  readonly height = this.uint32()
  readonly balance = this.int32()
  readonly birth = this.float64()

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.attach()
  }
}

class IndexedPeople extends IndexedTable<Person> {
  readonly isMarried = this.uint8()
  readonly shoeSize = this.uint16()
  readonly height = this.uint32()
  readonly balance = this.int32()
  readonly birth = this.float64()

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.attach()
  }
}

// Columns with initial values, of several numbers a row, of rows, and of the table as a whole.

export class Shelves extends Table<Shelf> {
  readonly label = this.float64(Number.POSITIVE_INFINITY)
  readonly weights = this.int32(3, 2)
  readonly above = this.handle<Shelf>()
  readonly total = this.sharedFloat64(1)

  constructor(arena: Arena) {
    super(arena, 1)
    this.attach()
  }

  /** Returns the index at which the numbers of `weights` of a row begin. */
  weightsAt(shelf: Shelf): number {
    return shelf
  }
}

class IndexedShelves extends IndexedTable<Shelf> {
  readonly label = this.float64(Number.POSITIVE_INFINITY)
  readonly weights = this.uint16(3, 2)
  readonly above = this.handle<Shelf>()
  readonly total = this.sharedFloat64(1)

  constructor(arena: Arena) {
    super(arena, 1)
    this.attach()
  }

  weightsAt(shelf: Shelf): number {
    return 2 * shelf
  }
}

type AnyPeople = People | IndexedPeople

/** Adds a row in which every column shows `id`. */
export function addPerson(people: AnyPeople, id: number): Person {
  const row = people.allocate()
  people.isMarried[row] = id % 2
  people.shoeSize[row] = id
  people.height[row] = 4_000_000_000 + id
  people.balance[row] = -1 - id
  people.birth[row] = Number.MAX_SAFE_INTEGER - id
  return row
}

export function person(id: number): readonly number[] {
  return [id % 2, id, 4_000_000_000 + id, -1 - id, Number.MAX_SAFE_INTEGER - id]
}

export function personIn(people: AnyPeople, row: Person): readonly number[] {
  return [people.isMarried[row], people.shoeSize[row], people.height[row], people.balance[row], people.birth[row]]
}

/** The kinds of table that the contract suites test. */
export const KINDS = [
  { kind: 'a table with rows side by side', People, Shelves },
  { kind: 'a table known by index', People: IndexedPeople, Shelves: IndexedShelves },
] as const
