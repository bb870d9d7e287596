import type { Arena } from '../../src/engine/arena.ts'
import { Table } from '../../src/engine/table.ts'
import type { Person } from './rows.ts'

/** A table with columns of every width, the odd ones first. */
export class People extends Table<Person> {
  readonly isMarried = this.uint8()
  readonly shoeSize = this.uint16()
  readonly height = this.uint32()
  readonly balance = this.int32()
  readonly birth = this.float64()

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.attach()
  }

  /** A row in which every column shows `id`. */
  add(id: number): Person {
    const row = this.allocate()
    this.isMarried[row] = id % 2
    this.shoeSize[row] = id
    this.height[row] = 4_000_000_000 + id
    this.balance[row] = -1 - id
    this.birth[row] = Number.MAX_SAFE_INTEGER - id
    return row
  }
}

export function person(id: number): readonly number[] {
  return [id % 2, id, 4_000_000_000 + id, -1 - id, Number.MAX_SAFE_INTEGER - id]
}

export function personIn(people: People, row: number): readonly number[] {
  return [people.isMarried[row], people.shoeSize[row], people.height[row], people.balance[row], people.birth[row]]
}
