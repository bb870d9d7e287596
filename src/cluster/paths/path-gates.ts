import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'

class GateTable implements ArenaTable {
  /** How many things are still missing. */
  missing!: Int32Array

  layOut(columns: Columns): void {
    this.missing = columns.int32()
  }
}

/** Paths whose client cannot use them yet: it has no credential to show. */
export class PathGates {
  private readonly table = new GateTable()
  private onOpen!: (paths: readonly number[]) => void

  constructor(arena: Arena, pathCount: number) {
    arena.attach(this.table, Math.max(1, pathCount))
    this.table.missing.fill(0)
  }

  /** `onOpen` hears of paths that may be used from now on. */
  connect(onOpen: (paths: readonly number[]) => void): void {
    this.onOpen = onOpen
  }

  isOpen(path: number): boolean {
    return this.table.missing[path] === 0
  }

  close(path: number): void {
    this.table.missing[path]++
  }

  /** What was missing is there. */
  open(paths: readonly number[]): void {
    const opened = paths.filter((path) => --this.table.missing[path] === 0)
    if (opened.length > 0) this.onOpen(opened)
  }
}
