import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import type { Activity, Wait } from '../../src/network/rows.ts'
import { WaitHeap, WaitTable, waitFor } from '../../src/network/waits.ts'

/** A heap of so many waits, none of which has a tick. */
function heapOf(count: number) {
  const arena = new Arena()
  const waits = new WaitTable(arena, 1)
  const heap = new WaitHeap(arena, waits)
  const rows = Array.from({ length: count }, () => {
    heap.makeRoom()
    return waits.allocate()
  })
  return { waits, heap, rows }
}

test('a heap of waits has the least tick in front, whatever ticks were set, moved and withdrawn', () => {
  const step = fc.record({
    wait: fc.nat(11),
    tick: fc.option(fc.nat(20), { freq: 3 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { heap, rows } = heapOf(12)
      const model = new Map<Wait, number>()
      for (const { wait, tick } of steps) {
        const row = rows[wait]
        if (tick === null) {
          heap.withdraw(row)
          model.delete(row)
        } else {
          heap.setTick(row, tick)
          model.set(row, tick)
        }
        const least = Math.min(...model.values())
        expect(heap.firstTick).toBe(least)
        if (model.size > 0) expect(model.get(heap.first)).toBe(least)
        for (const each of rows) expect(heap.tickOf(each)).toBe(model.get(each) ?? Number.POSITIVE_INFINITY)
      }
      // All come out in the order of their ticks.
      for (const tick of [...model.values()].sort((a, b) => a - b)) {
        expect(heap.firstTick).toBe(tick)
        heap.withdraw(heap.first)
      }
      expect(heap.firstTick).toBe(Number.POSITIVE_INFINITY)
    }),
    { numRuns: 40 },
  )
})

test('a heap of waits grows with their number, and keeps what it has', () => {
  const { heap, rows } = heapOf(300)
  for (const [nth, row] of rows.entries()) heap.setTick(row, (nth * 7) % 300)
  const ticks = rows.map(() => {
    const tick = heap.firstTick
    heap.withdraw(heap.first)
    return tick
  })
  expect(ticks).toEqual(rows.map((_, nth) => nth))
})

test('the wait for an activity is found among all waits, or there is none', () => {
  const { waits, rows } = heapOf(3)
  const [a, b, c] = [5, 6, 7] as Activity[]
  for (const [nth, serving] of [a, b, c].entries()) {
    waits.serving[rows[nth]] = serving
    waits.next[rows[nth]] = rows[nth + 1] ?? NONE
  }
  expect([a, b, c].map((serving) => waitFor(waits, rows[0], serving))).toEqual(rows)
  expect([waitFor(waits, rows[1], a), waitFor(waits, NONE as Wait, a)]).toEqual([NONE, NONE])
})
