import type { Arena, ArenaTable, Columns } from './arena.ts'
import { assert } from './assert.ts'

declare const ROW: unique symbol

/**
 * A handle: the position of a row in one kind of table, which cannot pass for a row of another. Rows are reused, newest
 * first, so nothing is ever ordered by it.
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
type Kind = 'float64' | 'int32' | 'uint32' | 'uint16' | 'uint8'

/** A column, or numbers of a table as a whole, as the table declares them. */
interface Column {
  readonly kind: Kind
  readonly initial: number
  /** Numbers a row; of those of the whole table, all. */
  readonly perRow: number
  readonly isShared: boolean
}

interface NamedColumn extends Column {
  readonly name: string
}

/**
 * The names of the columns of each class of tables, in the order of their declaration. They are looked for in the first
 * table of a class, since a simulation has many tables and a matrix has hundreds of simulations.
 */
const namesOfClass = new WeakMap<object, readonly string[]>()

const FREE_HEAD = 0
const ROWS_EVER = 1
const COUNT = 2

/**
 * Rows of numbers with a free list, in an arena. A subclass declares each column once, as a field:
 * `readonly sendNext = this.float64()`; its type, its initial value, its place in memory, the reset of a row that is
 * used again and copying follow from that. A field is a view that changes when the arena moves: hold the table, never
 * a column, across anything that may add a row. The two kinds of table differ in where a column's numbers lie.
 */
abstract class ColumnTable<R extends Row<string>> implements ArenaTable {
  private readonly arena: Arena
  private capacity: number
  private registers!: Int32Array
  private readonly declared: Column[] = []
  /** The value of the field of each declared column until it has memory, by which its name is found. */
  private readonly placeholders: View[] = []
  private shared: readonly NamedColumn[] = []
  /** The next free row, while a row is free; a list link of the subclass's choice, while it is in use. */
  readonly next: RowColumn<R> = this.handle<R>()
  /** Counts the releases of the row: with the row, it tells its present user from an earlier one. */
  readonly generation = this.uint32()
  /** The distance from one row's handle to the next. */
  protected stride = 1

  constructor(arena: Arena, capacity: number) {
    this.arena = arena
    this.capacity = capacity
  }

  /** Declares a column of ticks, byte offsets, fractions or other numbers; integers are exact up to 2^53 - 1. */
  protected float64(initial = 0, perRow = 1): Float64Array {
    return this.declare(new Float64Array(0), { kind: 'float64', initial, perRow, isShared: false })
  }

  protected int32(initial = 0, perRow = 1): Int32Array {
    return this.declare(new Int32Array(0), { kind: 'int32', initial, perRow, isShared: false })
  }

  protected uint32(initial = 0, perRow = 1): Uint32Array {
    return this.declare(new Uint32Array(0), { kind: 'uint32', initial, perRow, isShared: false })
  }

  protected uint16(initial = 0, perRow = 1): Uint16Array {
    return this.declare(new Uint16Array(0), { kind: 'uint16', initial, perRow, isShared: false })
  }

  protected uint8(initial = 0, perRow = 1): Uint8Array {
    return this.declare(new Uint8Array(0), { kind: 'uint8', initial, perRow, isShared: false })
  }

  /** Declares a column of rows, of this or another table; NONE at first. */
  protected handle<Other extends number>(perRow = 1): RowColumn<Other> {
    const column: RowColumn<number> = this.int32(NONE, perRow)
    // Only rows of `Other` are ever written through this type.
    return column as RowColumn<Other>
  }

  /** Declares `length` numbers that belong to the table as a whole, all 0 at first. */
  protected sharedFloat64(length: number): Float64Array {
    return this.declare(new Float64Array(0), { kind: 'float64', initial: 0, perRow: length, isShared: true })
  }

  protected sharedInt32(length: number): Int32Array {
    return this.declare(new Int32Array(0), { kind: 'int32', initial: 0, perRow: length, isShared: true })
  }

  private declare<V extends View>(placeholder: V, column: Column): V {
    this.declared.push(column)
    this.placeholders.push(placeholder)
    return placeholder
  }

  /** To be called by the subclass's constructor, when its fields exist: gives the declared columns their memory. */
  protected attach(): void {
    const names = this.columnNames()
    assert(names.length === this.declared.length, 'all tables of a class have the same columns')
    const columns = this.declared.map((column, i) => ({ ...column, name: names[i] }))
    this.shared = columns.filter(({ isShared }) => isShared)
    this.placeColumns(columns.filter(({ isShared }) => !isShared))
    this.arena.attach(this, this.capacity)
    this.registers[FREE_HEAD] = NONE
  }

  /** Returns the names of the fields that hold the declared columns, in the order of the declarations. */
  private columnNames(): readonly string[] {
    const known = namesOfClass.get(this.constructor)
    if (known !== undefined) return known
    // A field may be declared in the constructor, and so later than its place among the fields tells.
    const nameOf = new Map<unknown, string>(Object.entries(this).map(([name, value]) => [value, name]))
    const names = this.placeholders.map((placeholder) => {
      const name = nameOf.get(placeholder)
      assert(name !== undefined, 'each column is declared by a field')
      return name
    })
    namesOfClass.set(this.constructor, names)
    return names
  }

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    this.registers = columns.int32(4)
    this.layOutRows(columns)
    for (const { name, kind, perRow } of this.shared) this.bind(name, columns[kind](perRow))
  }

  /** Decides where each column lies, once. */
  protected abstract placeColumns(columns: readonly NamedColumn[]): void
  /** Takes the rows' memory from `columns`, and binds each column. */
  protected abstract layOutRows(columns: Columns): void
  /** Gives all columns of `row` but `next` and `generation` their initial values. */
  protected abstract resetRow(row: R): void
  /** Copies all columns but `generation`. */
  protected abstract copyRow(from: R, to: R): void

  /** Points the field of this name, which is a column, to its numbers. */
  protected bind(name: string, view: View): void {
    const fields = this as unknown as Record<string, unknown>
    fields[name] = view
  }

  /** Rows in use. */
  get count(): number {
    return this.registers[COUNT]
  }

  /** Rows that were ever in use. */
  get rowsEver(): number {
    return this.registers[ROWS_EVER]
  }

  /** Yields every row that was in use by the time of the call, also those that are free now, the oldest first. */
  *everyRow(): Generator<R> {
    const { rowsEver } = this
    for (let index = 0; index < rowsEver; index++) yield this.nth(index)
  }

  /** The row that was the nth to be used, from 0. */
  nth(index: number): R {
    return this.rowAt(index * this.stride)
  }

  /** The inverse of `nth`: for what is kept by row in arrays elsewhere. */
  indexOf(row: R): number {
    return row / this.stride
  }

  /** The row with this handle, where it comes as a plain number: from an event, or across a seam. */
  rowAt(handle: number): R {
    return handle as R
  }

  /** Takes a row. Its columns hold their initial values; its generation goes on. */
  allocate(): R {
    const row = this.allocateUnset()
    this.resetRow(row)
    return row
  }

  /**
   * Takes a row whose columns hold what its last user left there, for tables whose rows come and go with each packet.
   * The caller sets every column (a test fills them before).
   */
  allocateUnset(): R {
    this.registers[COUNT]++
    const free = this.registers[FREE_HEAD]
    if (free !== NONE) {
      this.registers[FREE_HEAD] = this.next[free]
      this.next[free] = this.rowAt(NONE)
      return this.rowAt(free)
    }
    const index = this.registers[ROWS_EVER]
    if (index === this.capacity) this.arena.grow(this, this.capacity * 2)
    this.registers[ROWS_EVER] = index + 1
    const row = this.nth(index)
    this.next[row] = this.rowAt(NONE)
    return row
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
    this.copyRow(row, copy)
    this.next[copy] = this.rowAt(NONE)
    return copy
  }
}

/** Columns of one width: in each row, the `initial.length` numbers that begin at the row's handle. */
interface Block<V extends View> {
  readonly initial: number[]
  view: V
}

interface PlacedColumn extends NamedColumn {
  /** The place of the column's first number in a row of its block. */
  readonly offset: number
}

/** Returns the part of `block` that begins `offset` numbers late, as a view of `kind`. */
function viewFrom({ buffer, byteOffset, BYTES_PER_ELEMENT, length }: View, kind: Kind, offset: number): View {
  const start = length === 0 ? byteOffset : byteOffset + offset * BYTES_PER_ELEMENT
  const rest = Math.max(0, length - offset)
  switch (kind) {
    case 'float64':
      return new Float64Array(buffer, start, rest)
    case 'int32':
      return new Int32Array(buffer, start, rest)
    case 'uint32':
      return new Uint32Array(buffer, start, rest)
    case 'uint16':
      return new Uint16Array(buffer, start, rest)
    case 'uint8':
      return new Uint8Array(buffer, start, rest)
  }
}

/**
 * A table whose rows come and go: the columns of a row lie side by side, so that an event that touches a row touches
 * few cache lines however many rows there are. Columns of one width share a block of memory, and each column is a view
 * of its block that begins `offset` numbers late; so a handle is the place of the row's first number in every block,
 * handles are multiples of an even stride, and the numbers of a column of several a row are at `column[row + i]`.
 */
export abstract class Table<R extends Row<string>> extends ColumnTable<R> {
  private readonly columns: PlacedColumn[] = []
  private readonly block64: Block<Float64Array> = { initial: [], view: new Float64Array(0) }
  private readonly block32: Block<Int32Array> = { initial: [], view: new Int32Array(0) }
  private readonly block16: Block<Uint16Array> = { initial: [], view: new Uint16Array(0) }
  private readonly block8: Block<Uint8Array> = { initial: [], view: new Uint8Array(0) }

  protected placeColumns(columns: readonly NamedColumn[]): void {
    for (const column of columns) {
      const { initial } = this.blockOf(column.kind)
      this.columns.push({ ...column, offset: initial.length })
      for (let i = 0; i < column.perRow; i++) initial.push(column.initial)
    }
    const widest = Math.max(
      ...[this.block64, this.block32, this.block16, this.block8].map((block) => block.initial.length),
    )
    this.stride = widest + (widest % 2)
  }

  private blockOf(kind: Kind): Block<View> {
    if (kind === 'float64') return this.block64
    if (kind === 'uint16') return this.block16
    return kind === 'uint8' ? this.block8 : this.block32
  }

  protected layOutRows(columns: Columns): void {
    const { block64, block32, block16, block8 } = this
    const lengthOf = (block: Block<View>) => (block.initial.length === 0 ? 0 : columns.capacity * this.stride)
    block64.view = columns.float64(lengthOf(block64))
    block32.view = columns.int32(lengthOf(block32))
    block16.view = columns.uint16(lengthOf(block16))
    block8.view = columns.uint8(lengthOf(block8))
    if (columns.isMeasuring) return
    for (const { name, kind, offset } of this.columns) this.bind(name, viewFrom(this.blockOf(kind).view, kind, offset))
  }

  protected resetRow(row: R): void {
    const { block64, block32, block16, block8 } = this
    // `next` and `generation` are the first two columns of their block.
    for (let i = 2; i < block32.initial.length; i++) block32.view[row + i] = block32.initial[i]
    for (let i = 0; i < block64.initial.length; i++) block64.view[row + i] = block64.initial[i]
    for (let i = 0; i < block16.initial.length; i++) block16.view[row + i] = block16.initial[i]
    for (let i = 0; i < block8.initial.length; i++) block8.view[row + i] = block8.initial[i]
  }

  protected copyRow(from: R, to: R): void {
    const generation = this.generation[to]
    for (const { initial, view } of [this.block64, this.block32, this.block16, this.block8])
      view.copyWithin(to, from, from + initial.length)
    this.generation[to] = generation
  }
}

/**
 * A table whose rows are known by their index: that of a thing of the plan (a host, a workload), or the place of an entry
 * in a log. Row n has the handle n; each column lies apart, with the numbers of a row at `column[row * perRow + i]`.
 */
export abstract class IndexedTable<R extends Row<string>> extends ColumnTable<R> {
  private columns: (NamedColumn & { view: View })[] = []

  protected placeColumns(columns: readonly NamedColumn[]): void {
    this.columns = columns.map((column) => ({ ...column, view: new Int32Array(0) }))
  }

  protected layOutRows(columns: Columns): void {
    for (const column of this.columns) {
      column.view = columns[column.kind](columns.capacity * column.perRow)
      if (!columns.isMeasuring) this.bind(column.name, column.view)
    }
  }

  protected resetRow(row: R): void {
    for (const { name, view, initial, perRow } of this.columns)
      if (name !== 'next' && name !== 'generation') view.fill(initial, row * perRow, (row + 1) * perRow)
  }

  protected copyRow(from: R, to: R): void {
    for (const { name, view, perRow } of this.columns)
      if (name !== 'generation') view.copyWithin(to * perRow, from * perRow, (from + 1) * perRow)
  }
}
