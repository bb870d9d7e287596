import type { Arena } from '../engine/arena.ts'
import { IndexedTable } from '../engine/table.ts'
import type { RememberedNumber } from './rows.ts'

/** Numbers by name. */
export type NamedNumbers = Readonly<Record<string, number>>

/** Numbers that objects of users remember, a row each. They are in the arena, so that a fork has them. */
export class RememberedNumbers extends IndexedTable<RememberedNumber> {
  readonly value = this.float64()

  constructor(arena: Arena) {
    super(arena, 16)
    this.attach()
  }

  /** Adds numbers with their first values. Returns an object whose properties read and write them. */
  add<Numbers extends NamedNumbers>(first: Numbers): { -readonly [Name in keyof Numbers]: number } {
    const numbers = Object.defineProperties(
      Object.create(null),
      Object.fromEntries(Object.entries(first).map(([name, value]) => [name, this.property(name, value)])),
    )
    return Object.preventExtensions(numbers)
  }

  private property(name: string, first: number): PropertyDescriptor {
    const row = this.allocate()
    this.value[row] = first
    return {
      enumerable: true,
      get: () => this.value[row],
      set: (value: unknown) => {
        if (typeof value !== 'number') throw new TypeError(`${name} must be set to a number, not to ${typeof value}`)
        this.value[row] = value
      },
    }
  }
}
