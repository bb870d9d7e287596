import type { Arena, ArenaTable } from '../../engine/arena.ts'

/**
 * Grows a table that has a row for each index of another table, so that it has `index`. `capacity` is its present one.
 */
export function growTo(arena: Arena, table: ArenaTable, capacity: number, index: number): void {
  let wanted = capacity
  while (wanted <= index) wanted *= 2
  if (wanted > capacity) arena.grow(table, wanted)
}
