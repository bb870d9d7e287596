import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'

class GateTable implements ArenaTable {
  /** The number of credentials that the path's client still lacks; the path is closed while it is above 0. */
  missing!: Int32Array

  layOut(columns: Columns): void {
    this.missing = columns.int32()
  }
}

/**
 * Keeps paths closed whose client cannot authenticate yet because it lacks a credential, such as a kubelet's
 * certificate before bootstrapping.
 */
export class PathGates {
  private readonly table = new GateTable()
  private onOpen!: (paths: readonly number[]) => void

  constructor(arena: Arena, pathCount: number) {
    arena.attach(this.table, Math.max(1, pathCount))
    this.table.missing.fill(0)
  }

  /** Sets the function that is called with the paths that have just opened. */
  connect(onOpen: (paths: readonly number[]) => void): void {
    this.onOpen = onOpen
  }

  isOpen(path: number): boolean {
    return this.table.missing[path] === 0
  }

  close(path: number): void {
    this.table.missing[path]++
  }

  /**
   * Records that the client of each of `paths` has received a credential that it lacked, and opens the paths that now
   * lack none.
   */
  open(paths: readonly number[]): void {
    const opened = paths.filter((path) => --this.table.missing[path] === 0)
    if (opened.length > 0) this.onOpen(opened)
  }
}
