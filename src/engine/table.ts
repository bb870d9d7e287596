import { Arena, type ArenaTable, type Columns } from './arena.ts'
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

/** The columns of tables, in the order of their declaration, and by what they belong to. */
interface ColumnSet {
  readonly all: readonly NamedColumn[]
  /** `perRow` of each. */
  readonly lengths: readonly number[]
  readonly ofRows: readonly NamedColumn[]
  readonly shared: readonly NamedColumn[]
}

/**
 * The columns of each class of tables: one set, or several where tables of a class differ in the length of a column. They
 * are worked out for the first table, since a simulation has many tables and a matrix has hundreds of simulations.
 */
const setsOfClass = new WeakMap<object, readonly ColumnSet[]>()

/** The views of columns that have no memory yet. */
const EMPTY = {
  float64: new Float64Array(0),
  int32: new Int32Array(0),
  uint32: new Uint32Array(0),
  uint16: new Uint16Array(0),
  uint8: new Uint8Array(0),
}

/** The columns that a table has declared, while its constructor runs. */
interface Declaration {
  /** The columns of earlier tables of this class; undefined: this is the first. */
  readonly known: readonly ColumnSet[] | undefined
  /** The declared columns of the first table, each with the value of its field, by which its name is found. */
  readonly declared: { readonly column: Column; readonly placeholder: View }[]
  /** The numbers a row of each declared column. */
  readonly lengths: number[]
  /** The declaration of the table whose constructor makes this one; null: none does. */
  readonly outer: Declaration | null
}

/**
 * The declaration of the table whose constructor runs. It is no field: each column that is declared gives the table
 * another shape, and fields of objects of many shapes take long to read.
 */
let declaring: Declaration | null = null

function declare<K extends Kind>(kind: K, initial: number, perRow: number, isShared = false): (typeof EMPTY)[K] {
  assert(declaring !== null, 'columns are declared while the constructor of a table runs')
  declaring.lengths.push(perRow)
  if (declaring.known !== undefined) return EMPTY[kind]
  const placeholder = EMPTY[kind].slice() as (typeof EMPTY)[K]
  declaring.declared.push({ column: { kind, initial, perRow, isShared }, placeholder })
  return placeholder
}

/** Declares a column of rows; NONE at first. */
function declareHandle<Other extends number>(perRow = 1): RowColumn<Other> {
  const column: RowColumn<number> = declare('int32', NONE, perRow)
  // Only rows of `Other` are ever written through this type.
  return column as RowColumn<Other>
}

const NO_NAMES: readonly string[] = []

/** Returns the columns with those named `first` before all others but `next` and `generation`. */
function withFirst(columns: readonly NamedColumn[], first: readonly string[]): readonly NamedColumn[] {
  const [next, generation, ...own] = columns
  const byName = new Map(own.map((column) => [column.name, column]))
  const front = first.map((name) => {
    const column = byName.get(name)
    assert(column !== undefined && byName.delete(name), 'a column that lies first is declared and named once')
    return column
  })
  return [next, generation, ...front, ...byName.values()]
}

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
  // Fields are assigned in the constructor: to define one takes longer in objects of many classes.
  declare private readonly arena: Arena
  declare private capacity: number
  declare private registers: Int32Array
  declare private shared: readonly NamedColumn[]
  /** The next free row, while a row is free; a list link of the subclass's choice, while it is in use. */
  declare readonly next: RowColumn<R>
  /** Counts the releases of the row: with the row, it tells its present user from an earlier one. */
  declare readonly generation: Uint32Array
  /** The distance from one row's handle to the next. */
  declare protected stride: number

  constructor(arena: Arena, capacity: number) {
    declaring = { known: setsOfClass.get(this.constructor), declared: [], lengths: [], outer: declaring }
    this.arena = arena
    this.capacity = capacity
    this.registers = EMPTY.int32
    this.shared = []
    this.next = declareHandle<R>()
    this.generation = declare('uint32', 0, 1)
    this.stride = 1
  }

  /** Declares a column of ticks, byte offsets, fractions or other numbers; integers are exact up to 2^53 - 1. */
  protected float64(initial = 0, perRow = 1): Float64Array {
    return declare('float64', initial, perRow)
  }

  protected int32(initial = 0, perRow = 1): Int32Array {
    return declare('int32', initial, perRow)
  }

  protected uint32(initial = 0, perRow = 1): Uint32Array {
    return declare('uint32', initial, perRow)
  }

  /** Declares a column of rows, of this or another table; NONE at first. */
  protected handle<Other extends number>(perRow = 1): RowColumn<Other> {
    return declareHandle<Other>(perRow)
  }

  /** Declares `length` numbers that belong to the table as a whole, all 0 at first. */
  protected sharedFloat64(length: number): Float64Array {
    return declare('float64', 0, length, true)
  }

  protected sharedInt32(length: number): Int32Array {
    return declare('int32', 0, length, true)
  }

  /**
   * To be called by the subclass's constructor, when its fields exist: gives the declared columns their memory. In a
   * `Table` the columns `first` lie in this order before all others of their width.
   */
  protected attach(first: readonly string[] = NO_NAMES): void {
    assert(declaring !== null, 'a table is attached once')
    const { ofRows, shared } = this.columnSet(declaring, first)
    declaring = declaring.outer
    this.shared = shared
    this.placeColumns(ofRows)
    this.arena.attach(this, this.capacity)
    this.registers[FREE_HEAD] = NONE
  }

  /** Returns the columns, the same object for all tables of a class whose columns have the same lengths. */
  private columnSet({ known = [], declared, lengths }: Declaration, first: readonly string[]): ColumnSet {
    const same = known.find((set) => areSame(set.lengths, lengths))
    if (same !== undefined) return same
    const all =
      known.length === 0
        ? this.namedColumns(declared)
        : known[0].all.map((column, i) => ({ ...column, perRow: lengths[i] }))
    assert(all.length === lengths.length, 'all tables of a class have the same columns')
    const ofRows = withFirst(
      all.filter(({ isShared }) => !isShared),
      first,
    )
    const set = { all, lengths, ofRows, shared: all.filter(({ isShared }) => isShared) }
    setsOfClass.set(this.constructor, [...known, set])
    return set
  }

  /** Returns the declared columns with the names of the fields that hold them. */
  private namedColumns(declared: Declaration['declared']): NamedColumn[] {
    // A field may be declared in the constructor, and so later than its place among the fields tells.
    const nameOf = new Map<unknown, string>(Object.entries(this).map(([name, value]) => [value, name]))
    return declared.map(({ column, placeholder }) => {
      const name = nameOf.get(placeholder)
      assert(name !== undefined, 'each column is declared by a field')
      return { ...column, name }
    })
  }

  layOut(columns: Columns): void {
    this.capacity = columns.capacity
    // The rows come first, where the memory of the table begins with a cache line.
    this.layOutRows(columns)
    this.registers = columns.int32(4)
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

  /**
   * Makes room for `rows` more, to be taken with `allocateReserved`. The table grows if `allocateUnset`, called as often,
   * would make it grow.
   */
  makeRoom(rows: number): void {
    const needed = this.registers[COUNT] + rows
    while (needed > this.capacity) this.arena.grow(this, this.capacity * 2)
  }

  /** Takes a row as `allocateUnset` does, for which there is room. So all views stay as they are. */
  allocateReserved(): R {
    const { registers } = this
    registers[COUNT]++
    const free = registers[FREE_HEAD]
    if (free === NONE) return this.nth(registers[ROWS_EVER]++)
    registers[FREE_HEAD] = this.next[free]
    return this.rowAt(free)
  }

  release(row: R): void {
    this.registers[COUNT]--
    this.generation[row]++
    this.next[row] = this.rowAt(this.registers[FREE_HEAD])
    this.registers[FREE_HEAD] = row
  }

  /** Releases `count` rows, linked by `next` from `first` on, as `release` does one after the other. */
  releaseList(first: R, count: number): void {
    const { registers, next, generation } = this
    let free = this.rowAt(registers[FREE_HEAD])
    let row = first
    for (let nth = 0; nth < count; nth++) {
      const following = next[row]
      generation[row]++
      next[row] = free
      free = row
      row = following
    }
    registers[FREE_HEAD] = free
    registers[COUNT] -= count
  }

  /** Takes a row that holds what `row` does, in all columns but the list link. */
  copy(row: R): R {
    const copy = this.allocateUnset()
    this.copyRow(row, copy)
    this.next[copy] = this.rowAt(NONE)
    return copy
  }
}

function areSame(some: readonly number[], others: readonly number[]): boolean {
  if (some.length !== others.length) return false
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false
  return true
}

interface PlacedColumn extends NamedColumn {
  /** The place of the column's first number in a row of its block. */
  readonly offset: number
}

/**
 * The places of the columns of a row, the initial numbers of a row in the block of each width, and the distance of
 * rows.
 */
interface Placement {
  readonly columns: readonly PlacedColumn[]
  readonly initial64: readonly number[]
  readonly initial32: readonly number[]
  readonly stride: number
}

/** Rows of more numbers than this begin with a cache line in the blocks of 64 and of 32 bits. */
const LONG_ROW = 64
/** The numbers of 32 bits in a cache line. */
const LINE_NUMBERS = 16

/** The placement of a table that has no columns yet. */
const NO_PLACEMENT: Placement = { columns: [], initial64: [], initial32: [], stride: 1 }

/** The placement of each set of columns, which its tables share. */
const placements = new WeakMap<readonly NamedColumn[], Placement>()

function placementOf(columns: readonly NamedColumn[]): Placement {
  const known = placements.get(columns)
  if (known !== undefined) return known
  const initial64: number[] = []
  const initial32: number[] = []
  const placed = columns.map((column) => {
    const initial = column.kind === 'float64' ? initial64 : initial32
    const offset = initial.length
    for (let i = 0; i < column.perRow; i++) initial.push(column.initial)
    return { ...column, offset }
  })
  const widest = Math.max(initial64.length, initial32.length)
  const multiple = widest > LONG_ROW ? LINE_NUMBERS : 2
  const placement = {
    columns: placed,
    initial64,
    initial32,
    stride: Math.ceil(widest / multiple) * multiple,
  }
  placements.set(columns, placement)
  return placement
}

/** Returns the part of `block` that begins `offset` numbers late, as a view of `kind`. */
function viewFrom({ buffer, byteOffset, BYTES_PER_ELEMENT, length }: View, kind: Kind, offset: number): View {
  const start = length === 0 ? byteOffset : byteOffset + offset * BYTES_PER_ELEMENT
  const rest = Math.max(0, length - offset)
  if (kind === 'float64') return new Float64Array(buffer, start, rest)
  return kind === 'int32' ? new Int32Array(buffer, start, rest) : new Uint32Array(buffer, start, rest)
}

/**
 * A table in which the columns of a row lie side by side, so that an event that touches a row touches few cache lines
 * however many rows there are: for rows that come and go, and for those of things that most events are about. Columns of
 * one width share a block of memory, and each column is a view of its block that begins `offset` numbers late; so a handle
 * is the place of the row's first number in every block, handles are multiples of an even stride, and the numbers of a
 * column of several a row are at `column[row + i]`. Flags and other small numbers have 32 bits too: blocks of narrower
 * columns would put each row in more places.
 */
export abstract class Table<R extends Row<string>> extends ColumnTable<R> {
  /**
   * The block of each width as one view, for a function on the path of nearly every packet that reads many columns of a
   * row: it reads one view in place of many. The column `name` of a row is at `row + places.name`, with the places that
   * `placesOf` returns. `int32s` has the unsigned columns of 32 bits too. Like columns, these change when the arena moves.
   */
  declare float64s: Float64Array
  declare int32s: Int32Array
  declare private placement: Placement

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.float64s = EMPTY.float64
    this.int32s = EMPTY.int32
    this.placement = NO_PLACEMENT
  }

  protected placeColumns(columns: readonly NamedColumn[]): void {
    this.placement = placementOf(columns)
    this.stride = this.placement.stride
  }

  /** The place of each column in a row, by its name. */
  get places(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.placement.columns.map(({ name, offset }) => [name, offset]))
  }

  protected layOutRows(columns: Columns): void {
    const { initial64, initial32 } = this.placement
    const numbers = columns.capacity * this.stride
    this.float64s = columns.float64(initial64.length === 0 ? 0 : numbers)
    this.int32s = columns.int32(initial32.length === 0 ? 0 : numbers)
    if (columns.isMeasuring) return
    const { float64s, int32s } = this
    for (const { name, kind, offset } of this.placement.columns)
      this.bind(name, viewFrom(kind === 'float64' ? float64s : int32s, kind, offset))
  }

  protected resetRow(row: R): void {
    const { float64s, int32s } = this
    const { initial64, initial32 } = this.placement
    // `next` and `generation` are the first two columns of their block.
    for (let i = 2; i < initial32.length; i++) int32s[row + i] = initial32[i]
    for (let i = 0; i < initial64.length; i++) float64s[row + i] = initial64[i]
  }

  protected copyRow(from: R, to: R): void {
    const { initial64, initial32 } = this.placement
    const generation = this.generation[to]
    this.float64s.copyWithin(to, from, from + initial64.length)
    this.int32s.copyWithin(to, from, from + initial32.length)
    this.generation[to] = generation
  }
}

type Block = 'float64s' | 'int32s'

/** The places of a table's columns in its rows, and the distance of two rows. */
export type Places<T> = {
  readonly [Name in Exclude<keyof T, Block> as T[Name] extends View | RowColumn<number> ? Name : never]: number
} & { readonly stride: number }

/**
 * Returns the places of the columns of a class of tables, and the distance of its rows, to be kept in constants of a
 * module, so that they are numbers in the compiled code.
 */
export function placesOf<T extends Table<Row<string>>>(make: (arena: Arena) => T): Places<T> {
  const table = make(new Arena())
  const places: Readonly<Record<string, number>> = { ...table.places, stride: table.nth(1) }
  // The record has each column and the stride, and nothing else.
  return places as Places<T>
}

/**
 * A table whose rows are known by their index: that of a thing of the plan (a host, a path), or the place of an entry
 * in a log. Row n has the handle n; each column lies apart, with the numbers of a row at `column[row * perRow + i]`.
 */
export abstract class IndexedTable<R extends Row<string>> extends ColumnTable<R> {
  declare private columns: readonly NamedColumn[]
  declare private views: View[]

  constructor(arena: Arena, capacity: number) {
    super(arena, capacity)
    this.columns = []
    this.views = []
  }

  protected uint16(initial = 0, perRow = 1): Uint16Array {
    return declare('uint16', initial, perRow)
  }

  protected uint8(initial = 0, perRow = 1): Uint8Array {
    return declare('uint8', initial, perRow)
  }

  protected placeColumns(columns: readonly NamedColumn[]): void {
    this.columns = columns
  }

  protected layOutRows(columns: Columns): void {
    const views = this.columns.map(({ kind, perRow }) => columns[kind](columns.capacity * perRow))
    if (columns.isMeasuring) return
    this.views = views
    this.columns.forEach(({ name }, i) => {
      this.bind(name, views[i])
    })
  }

  protected resetRow(row: R): void {
    this.columns.forEach(({ name, initial, perRow }, i) => {
      if (name !== 'next' && name !== 'generation') this.views[i].fill(initial, row * perRow, (row + 1) * perRow)
    })
  }

  protected copyRow(from: R, to: R): void {
    this.columns.forEach(({ name, perRow }, i) => {
      if (name !== 'generation') this.views[i].copyWithin(to * perRow, from * perRow, (from + 1) * perRow)
    })
  }
}
