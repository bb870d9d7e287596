import type { Arena, ArenaTable, Columns } from './arena.ts'

declare const ROW: unique symbol

/**
 * A handle: the index of a row of one kind of table, which cannot pass for a row of another. It says where the row is
 * and nothing else: rows are reused, newest first, so nothing is ever ordered by it.
 */
export type Row<Kind extends string> = number & { readonly [ROW]: Kind }

/** No row, of any table. */
export const NONE = -1 as Row<never>

/** A column that holds rows of a table; NONE where there is none. */
export interface RowColumn<R extends number> {
  [row: number]: R
  readonly length: number
  fill(row: R, start?: number, end?: number): unknown
}

type View = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

/** A declared column, while its table is laid out. */
interface Declared {
  readonly kind: 'float64' | 'int32' | 'uint32' | 'uint16' | 'uint8'
  readonly initial: number
  /** Numbers a row. */
  readonly perRow: number
  /** Of a column that belongs to the table and not to its rows: how many numbers it has. */
  readonly shared: number | null
}

interface Column<V extends View> {
  readonly name: string
  readonly initial: number
  readonly perRow: number
  view: V
}

const FREE_HEAD = 0
const HIGH_WATER = 1
const COUNT = 2

/**
 * Rows of numbers with a free list, in an arena. A subclass declares each column once, as a field:
 * `readonly sendNext = this.float64()`; its type, its initial value, its place in memory, the reset of a row that is
 * used again and copying follow from that. A field is a view that changes when the arena moves: hold the table, never
 * a column, across anything that may add a row.
 */
export abstract class Table<R extends Row<string>> implements ArenaTable {
  private readonly arena: Arena
  private capacity: number
  private registers!: Int32Array
  private readonly declared = new Map<object, Declared>()
  private readonly columns: Column<View>[] = []
  // By kind, so that an engine sees one kind of array in each loop.
  private readonly float64s: Column<Float64Array>[] = []
  private readonly int32s: Column<Int32Array>[] = []
  private readonly uint32s: Column<Uint32Array>[] = []
  private readonly uint16s: Column<Uint16Array>[] = []
  private readonly uint8s: Column<Uint8Array>[] = []
  private readonly sharedColumns: {
    readonly name: string
    readonly kind: Declared['kind']
    readonly length: number
  }[] = []
  /** The next free row, while a row is free; a list link of the subclass's choice, while it is in use. */
  readonly next: RowColumn<R> = this.handle<R>()
  /** How often the row was released: with the row, it tells its present user from an earlier one. */
  generation!: Uint32Array

  constructor(arena: Arena, capacity: number) {
    this.arena = arena
    this.capacity = capacity
  }

  /** Declares a column of ticks, byte offsets, fractions or other numbers; integers are exact up to 2^53 - 1. */
  protected float64(initial = 0, perRow = 1): Float64Array {
    return this.declare(new Float64Array(0), { kind: 'float64', initial, perRow, shared: null })
  }

  protected int32(initial = 0, perRow = 1): Int32Array {
    return this.declare(new Int32Array(0), { kind: 'int32', initial, perRow, shared: null })
  }

  protected uint32(initial = 0, perRow = 1): Uint32Array {
    return this.declare(new Uint32Array(0), { kind: 'uint32', initial, perRow, shared: null })
  }

  protected uint16(initial = 0, perRow = 1): Uint16Array {
    return this.declare(new Uint16Array(0), { kind: 'uint16', initial, perRow, shared: null })
  }

  protected uint8(initial = 0, perRow = 1): Uint8Array {
    return this.declare(new Uint8Array(0), { kind: 'uint8', initial, perRow, shared: null })
  }

  /** Declares a column of rows, of this or another table; NONE at first. */
  protected handle<Other extends number>(perRow = 1): RowColumn<Other> {
    const column: RowColumn<number> = this.int32(NONE, perRow)
    // Only rows of `Other` are ever written through this type.
    return column as RowColumn<Other>
  }

  /** Declares `length` numbers that belong to the table as a whole, all 0 at first. */
  protected sharedFloat64(length: number): Float64Array {
    return this.declare(new Float64Array(0), { kind: 'float64', initial: 0, perRow: 0, shared: length })
  }

  protected sharedInt32(length: number): Int32Array {
    return this.declare(new Int32Array(0), { kind: 'int32', initial: 0, perRow: 0, shared: length })
  }

  private declare<V extends View>(placeholder: V, column: Declared): V {
    this.declared.set(placeholder, column)
    return placeholder
  }

  /** To be called by the subclass's constructor, when its fields exist: gives the declared columns their memory. */
  protected attach(): void {
    for (const [name, value] of Object.entries(this)) {
      const column = this.declared.get(value)
      if (column === undefined) continue
      if (column.shared === null) this.addColumn(name, column)
      else this.sharedColumns.push({ name, kind: column.kind, length: column.shared })
    }
    this.arena.attach(this, this.capacity)
    this.registers[FREE_HEAD] = NONE
  }

  private addColumn(name: string, { kind, initial, perRow }: Declared): void {
    const common = { name, initial, perRow }
    const add = <V extends View>(list: Column<V>[], view: V) => {
      const column = { ...common, view }
      list.push(column)
      this.columns.push(column)
    }
    if (kind === 'float64') add(this.float64s, new Float64Array(0))
    else if (kind === 'int32') add(this.int32s, new Int32Array(0))
    else if (kind === 'uint32') add(this.uint32s, new Uint32Array(0))
    else if (kind === 'uint16') add(this.uint16s, new Uint16Array(0))
    else add(this.uint8s, new Uint8Array(0))
  }

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    this.registers = columns.int32(4)
    this.generation = columns.uint32()
    for (const column of this.float64s) this.bind(column, columns.float64(columns.capacity * column.perRow))
    for (const column of this.int32s) this.bind(column, columns.int32(columns.capacity * column.perRow))
    for (const column of this.uint32s) this.bind(column, columns.uint32(columns.capacity * column.perRow))
    for (const column of this.uint16s) this.bind(column, columns.uint16(columns.capacity * column.perRow))
    for (const column of this.uint8s) this.bind(column, columns.uint8(columns.capacity * column.perRow))
    for (const { name, kind, length } of this.sharedColumns) {
      const view = kind === 'int32' ? columns.int32(length) : columns.float64(length)
      this.columnFields[name] = view
    }
  }

  private bind<V extends View>(column: Column<V>, view: V): void {
    column.view = view
    this.columnFields[column.name] = view
  }

  /** The fields that `attach` has found to be columns, by name. */
  private get columnFields(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>
  }

  /** Rows in use. */
  get count(): number {
    return this.registers[COUNT]
  }

  /** One more than the highest row that was ever in use. */
  get highWater(): number {
    return this.registers[HIGH_WATER]
  }

  /** The row with this index, as a handle: for indexes that come from events, from a count, or across a seam. */
  rowAt(index: number): R {
    return index as R
  }

  /** Takes a row. Its columns hold their initial values; its generation goes on. */
  allocate(): R {
    const row = this.allocateUnset()
    resetFloat64s(this.float64s, row)
    resetInt32s(this.int32s, row)
    resetUint32s(this.uint32s, row)
    resetUint16s(this.uint16s, row)
    resetUint8s(this.uint8s, row)
    return row
  }

  /**
   * Takes a row whose columns hold what its last user left there, for tables whose rows come and go with each packet:
   * resetting them costs a third of a bulk transfer's time. The caller sets every column (a test fills them before).
   */
  allocateUnset(): R {
    this.registers[COUNT]++
    const free = this.registers[FREE_HEAD]
    if (free !== NONE) {
      this.registers[FREE_HEAD] = this.next[free]
      this.next[free] = this.rowAt(NONE)
      return this.rowAt(free)
    }
    const row = this.registers[HIGH_WATER]
    if (row === this.capacity) this.arena.grow(this, this.capacity * 2)
    this.registers[HIGH_WATER] = row + 1
    this.next[row] = this.rowAt(NONE)
    return this.rowAt(row)
  }

  release(row: R): void {
    this.registers[COUNT]--
    this.generation[row]++
    this.next[row] = this.rowAt(this.registers[FREE_HEAD])
    this.registers[FREE_HEAD] = row
  }

  /** Takes a row that holds what `row` does, in all columns but the list link. */
  copy(row: R): R {
    const copy = this.allocateUnset()
    for (const { view, perRow } of this.columns) view.copyWithin(copy * perRow, row * perRow, row * perRow + perRow)
    this.next[copy] = this.rowAt(NONE)
    return copy
  }
}

// One function for each kind of array, so that an engine sees one kind in each.

function resetFloat64s(columns: readonly Column<Float64Array>[], row: number): void {
  for (let i = 0; i < columns.length; i++) {
    const { view, initial, perRow } = columns[i]
    if (perRow === 1) view[row] = initial
    else view.fill(initial, row * perRow, row * perRow + perRow)
  }
}

function resetInt32s(columns: readonly Column<Int32Array>[], row: number): void {
  for (let i = 0; i < columns.length; i++) {
    const { view, initial, perRow } = columns[i]
    if (perRow === 1) view[row] = initial
    else view.fill(initial, row * perRow, row * perRow + perRow)
  }
}

function resetUint32s(columns: readonly Column<Uint32Array>[], row: number): void {
  for (let i = 0; i < columns.length; i++) {
    const { view, initial, perRow } = columns[i]
    if (perRow === 1) view[row] = initial
    else view.fill(initial, row * perRow, row * perRow + perRow)
  }
}

function resetUint16s(columns: readonly Column<Uint16Array>[], row: number): void {
  for (let i = 0; i < columns.length; i++) {
    const { view, initial, perRow } = columns[i]
    if (perRow === 1) view[row] = initial
    else view.fill(initial, row * perRow, row * perRow + perRow)
  }
}

function resetUint8s(columns: readonly Column<Uint8Array>[], row: number): void {
  for (let i = 0; i < columns.length; i++) {
    const { view, initial, perRow } = columns[i]
    if (perRow === 1) view[row] = initial
    else view.fill(initial, row * perRow, row * perRow + perRow)
  }
}
