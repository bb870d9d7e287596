import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NUMBERS, NumberedRows } from '../../src/engine/numbered-rows.ts'
import { NONE } from '../../src/engine/table.ts'
import { addPerson, People } from './people.ts'
import type { Person } from './rows.ts'

function twoHosts() {
  const arena = new Arena()
  return { arena, people: new People(arena, 4), numbers: new NumberedRows<Person>(arena, 2) }
}

describe('rows that events name by number', () => {
  test('rows that events name by number are numbered from 0 for each host', () => {
    const { people, numbers } = twoHosts()
    const rows = [addPerson(people, 1), addPerson(people, 2), addPerson(people, 3)]
    expect([numbers.add(0, rows[0]), numbers.add(1, rows[1]), numbers.add(0, rows[2])]).toEqual([0, 0, 1])
    expect([numbers.find(0, 1), numbers.find(1, 0), numbers.find(1, 1)]).toEqual([rows[2], rows[1], NONE])
  })

  test('rows that events name by number can have numbers that the caller chooses', () => {
    const { people, numbers } = twoHosts()
    const rows = [addPerson(people, 1), addPerson(people, 2)]
    numbers.addAs(0, 4_000_000_000, rows[0])
    numbers.addAs(7, 4_000_000_000, rows[1])
    expect([numbers.find(0, 4_000_000_000), numbers.find(7, 4_000_000_000), numbers.find(7, 0)]).toEqual([
      ...rows,
      NONE,
    ])
    numbers.remove(0, 4_000_000_000)
    expect([numbers.find(0, 4_000_000_000), numbers.find(7, 4_000_000_000)]).toEqual([NONE, rows[1]])
  })

  test('rows that events name by number do not reuse the number of a removed row while others are left', () => {
    const { people, numbers } = twoHosts()
    const row = addPerson(people, 1)
    numbers.remove(0, numbers.add(0, row))
    expect(numbers.add(0, row)).toBe(1)
    expect(numbers.find(0, 0)).toBe(NONE)
  })

  test('rows that events name by number start from 0 again after the last number, and skip numbers in use', () => {
    const { count } = NUMBERS
    NUMBERS.count = 4
    try {
      const { people, numbers } = twoHosts()
      const row = addPerson(people, 1)
      expect([1, 2, 3, 4].map(() => numbers.add(0, row))).toEqual([0, 1, 2, 3])
      for (const number of [0, 2, 3]) numbers.remove(0, number)
      expect([1, 2].map(() => numbers.add(0, row))).toEqual([0, 2])
      expect(numbers.add(1, row)).toBe(0)
    } finally {
      NUMBERS.count = count
    }
  })

  test('rows that events name by number are found in a copy of the arena as in the original', () => {
    const [source, copy] = [twoHosts(), twoHosts()]
    const rows = Array.from({ length: 50 }, (_, id) => addPerson(source.people, id))
    for (const row of rows) source.numbers.add(1, row)
    copy.arena.copyFrom(source.arena)
    expect(rows.map((_, number) => copy.numbers.find(1, number))).toEqual(rows)
    expect(copy.numbers.add(1, rows[0])).toBe(50)
  })

  test('rows that events name by number are found by their numbers, however many were added and removed before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ host: fc.nat(1), remove: fc.option(fc.nat(100)) }), { maxLength: 200 }),
        (orders) => {
          const { people, numbers } = twoHosts()
          const live = new Map<string, Person>()
          orders.forEach(({ host, remove }, id) => {
            const keys = [...live.keys()].filter((key) => key.startsWith(`${host}/`))
            if (remove === null || keys.length === 0) {
              const row = addPerson(people, id)
              live.set(`${host}/${numbers.add(host, row)}`, row)
            } else {
              const key = keys[remove % keys.length]
              numbers.remove(host, Number(key.split('/')[1]))
              live.delete(key)
            }
          })
          for (const [key, row] of live) {
            const [host, number] = key.split('/').map(Number)
            expect(numbers.find(host, number)).toBe(row)
          }
        },
      ),
    )
  })
})
