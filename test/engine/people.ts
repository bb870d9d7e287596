import type { Arena, Columns } from '../../src/engine/arena.ts'
import { Table } from '../../src/engine/table.ts'

/** A table with columns of every width, the odd ones first. */
export class People extends Table {
  isMarried!: Uint8Array
  shoeSize!: Uint16Array
  height!: Uint32Array
  balance!: Int32Array
  birth!: Float64Array

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.attach()
  }

  protected layOutColumns(columns: Columns): void {
    this.isMarried = columns.uint8()
    this.shoeSize = columns.uint16()
    this.height = columns.uint32()
    this.balance = columns.int32()
    this.birth = columns.float64()
  }

  /** A row in which every column shows `id`. */
  add(id: number): number {
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
