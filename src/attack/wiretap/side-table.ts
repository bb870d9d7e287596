import type { Arena, ArenaTable } from '../../engine/arena.ts'

/**
 * Grows a table with a row for each row of another table until it has row `index`. `capacity` is its present capacity.
 */
export function growTo(arena: Arena, table: ArenaTable, capacity: number, index: number): void {
  let wanted = capacity
  while (wanted <= index) wanted *= 2
  if (wanted > capacity) arena.grow(table, wanted)
}
