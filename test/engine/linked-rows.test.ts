import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { linkInOrder, linkLast, unlinkRow } from '../../src/engine/linked-rows.ts'
import { NONE, Table } from '../../src/engine/table.ts'
import type { Person } from './rows.ts'

/** People in the order of their heights, and in that of their arrival; row 0 owns the list. */
class Queue extends Table<Person> {
  readonly heightCm = this.int32()
  readonly first = this.handle<Person>()
  readonly last = this.handle<Person>()
  readonly previous = this.handle<Person>()

  constructor(arena: Arena) {
    super(arena, 64)
    this.attach()
  }

  add(heightCm: number, isOrdered: boolean): Person {
    const { first, last, previous, next, heightCm: order } = this
    const person = this.allocate()
    order[person] = heightCm
    if (!isOrdered) linkLast(first, last, 0, previous, next, person)
    else {
      const taller = this.forwards().filter((other) => order[other] > heightCm)
      // The search may begin at any row that comes after the new one.
      const from = heightCm % 2 === 0 ? last[0] : (taller[0] ?? last[0])
      linkInOrder(first, last, 0, previous, next, order, person, from)
    }
    return person
  }

  remove(person: Person): void {
    unlinkRow(this.first, this.last, 0, this.previous, this.next, person)
    this.release(person)
  }

  forwards(): Person[] {
    const people: Person[] = []
    for (let person = this.first[0]; person !== NONE; person = this.next[person]) people.push(person)
    return people
  }

  backwards(): Person[] {
    const people: Person[] = []
    for (let person = this.last[0]; person !== NONE; person = this.previous[person]) people.push(person)
    return people
  }
}

const steps = fc.array(fc.record({ removes: fc.boolean(), number: fc.nat(40) }), { maxLength: 40 })

test.each([{ isOrdered: true }, { isOrdered: false }])(
  'a doubly linked list holds what was added and not removed (in order: $isOrdered)',
  ({ isOrdered }) => {
    fc.assert(
      fc.property(steps, (drawn) => {
        const queue = new Queue(new Arena())
        queue.allocate()
        let expected: Person[] = []
        for (const { removes, number } of drawn) {
          if (removes && expected.length > 0) {
            const removed = expected[number % expected.length]
            queue.remove(removed)
            expected = expected.filter((person) => person !== removed)
          } else {
            const added = queue.add(number, isOrdered)
            const after = isOrdered ? expected.findIndex((person) => queue.heightCm[person] > number) : -1
            expected.splice(after === -1 ? expected.length : after, 0, added)
          }
          expect(queue.forwards()).toEqual(expected)
          expect(queue.backwards()).toEqual(expected.toReversed())
        }
      }),
      { numRuns: 100 },
    )
  },
)
