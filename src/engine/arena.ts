import { assert } from './assert.ts'

/** Thrown when the state of a simulation needs more memory than the limit, or than the machine gives. */
export class OutOfMemory extends Error {
  /** The bytes that the tables would have used. */
  readonly neededBytes: number

  constructor(neededBytes: number) {
    super(`the state of the simulation needs ${neededBytes} bytes`)
    this.name = 'OutOfMemory'
    this.neededBytes = neededBytes
  }
}

/** The most bytes of a buffer. V8 makes no longer array of bytes, and handles, which have 31 bits, reach no further. */
const MOST_BYTES = 8_589_934_591

/** Every column starts on this boundary, so that it may be viewed as 64-bit numbers. */
const ALIGNMENT_BYTES = 8

/** The memory of every table starts on this boundary, so that its rows may begin with a cache line. */
const LINE_BYTES = 64

/**
 * Hands a table its columns, in the order in which it asks for them. Without a buffer, and from the column on that the
 * buffer has no room for, the bytes of the table are only measured.
 */
export class Columns {
  private buffer: ArrayBuffer | null
  private offset: number
  private readonly start: number
  readonly capacity: number

  constructor(buffer: ArrayBuffer | null, start: number, capacity: number) {
    this.buffer = buffer
    this.start = start
    this.offset = start
    this.capacity = capacity
  }

  /** The bytes of the table, in whole cache lines. */
  get usedBytes(): number {
    return Math.ceil((this.offset - this.start) / LINE_BYTES) * LINE_BYTES
  }

  /** True while only the size of the table is measured. Its columns are empty then, and it need not keep them. */
  get isMeasuring(): boolean {
    return this.buffer === null
  }

  /** Ticks, byte offsets and other integers up to 2^53 - 1. */
  float64(length = this.capacity): Float64Array {
    const offset = this.take(length * 8)
    return this.buffer === null ? EMPTY_FLOAT64 : new Float64Array(this.buffer, offset, length)
  }

  int32(length = this.capacity): Int32Array {
    const offset = this.take(length * 4)
    return this.buffer === null ? EMPTY_INT32 : new Int32Array(this.buffer, offset, length)
  }

  uint32(length = this.capacity): Uint32Array {
    const offset = this.take(length * 4)
    return this.buffer === null ? EMPTY_UINT32 : new Uint32Array(this.buffer, offset, length)
  }

  uint16(length = this.capacity): Uint16Array {
    const offset = this.take(length * 2)
    return this.buffer === null ? EMPTY_UINT16 : new Uint16Array(this.buffer, offset, length)
  }

  uint8(length = this.capacity): Uint8Array {
    const offset = this.take(length)
    return this.buffer === null ? EMPTY_UINT8 : new Uint8Array(this.buffer, offset, length)
  }

  private take(bytes: number): number {
    const offset = this.offset
    this.offset = offset + Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES
    if (this.buffer !== null && this.offset > this.buffer.byteLength) this.buffer = null
    return offset
  }
}

const EMPTY_FLOAT64 = new Float64Array(0)
const EMPTY_INT32 = new Int32Array(0)
const EMPTY_UINT32 = new Uint32Array(0)
const EMPTY_UINT16 = new Uint16Array(0)
const EMPTY_UINT8 = new Uint8Array(0)

/** A table as the arena sees it: something that takes its columns from a piece of memory. */
export interface ArenaTable {
  /** Takes every column of the table from `columns`, always in the same order. */
  layOut(columns: Columns): void
  /**
   * Writes into the columns what the table keeps in fields, before the arena is copied. A field is read faster than a
   * column: the queue of events has some.
   */
  saveFields?(): void
  /** Reads the fields from the columns, which hold those of the copied table. */
  loadFields?(): void
}

/** The place of a table in the buffer. */
interface Place {
  readonly capacity: number
  readonly offset: number
  readonly bytes: number
}

interface Tenant {
  readonly table: ArenaTable
  capacity: number
  offset: number
  bytes: number
}

/** The content of an arena, apart from it. */
export interface ArenaState {
  readonly buffer: ArrayBuffer
  readonly usedBytes: number
  /** From here on, the buffer has its first zeroes. */
  readonly touchedBytes: number
  /** The place of each table, in the order in which they were attached. */
  readonly places: readonly Place[]
}

/**
 * One buffer that holds all the hot state of a simulation, so that a fork is one copy. A table that grows moves to the end
 * of what is in use, and leaves a gap behind, unless it lies there already; when the buffer is full, all tables are laid
 * end to end in a larger one.
 *
 * Linux gives memory only to pages that are written to. So nothing writes zeroes where there are zeroes.
 *
 * Views into the buffer die when their table moves: hold the table, never a column, across anything that may add a row.
 * That includes `table.column[row] = makeSomething()`, which takes the view before the call: call first, then store.
 */
export class Arena {
  private limitBytes = Number.POSITIVE_INFINITY
  private buffer: ArrayBuffer
  private usedBytes = 0
  /** From here on, nothing was ever written to the buffer, and it is zero. */
  private touchedBytes = 0
  private readonly tenants: Tenant[] = []

  /**
   * `expectedBytes` is what the tables will about use: each time that a large buffer is full, all tables move and the
   * engine collects garbage. Too much costs nothing on Linux.
   */
  constructor(expectedBytes = 0) {
    try {
      this.buffer = new ArrayBuffer(Math.min(expectedBytes, MOST_BYTES))
    } catch {
      // Too much at once: the buffer grows with the tables.
      this.buffer = new ArrayBuffer(0)
    }
  }

  /**
   * Sets the most bytes that the tables may use, in this arena and in copies of it.
   *
   * @throws OutOfMemory when they use more already.
   */
  limitTo(bytes: number): void {
    if (this.usedBytes > bytes) throw new OutOfMemory(this.usedBytes)
    this.limitBytes = bytes
  }

  /** Gives `table` room for `capacity` rows, all columns zero. */
  attach(table: ArenaTable, capacity: number): void {
    const tenant: Tenant = { table, capacity: 0, offset: this.usedBytes, bytes: 0 }
    this.tenants.push(tenant)
    const columns = new Columns(this.buffer, this.usedBytes, capacity)
    table.layOut(columns)
    const { usedBytes } = columns
    if (this.usedBytes + usedBytes > this.buffer.byteLength) {
      this.place(tenant, capacity, usedBytes)
      return
    }
    tenant.capacity = capacity
    tenant.bytes = usedBytes
    clear(new Uint8Array(this.buffer, tenant.offset, usedBytes), this.touchedBytes)
    this.use(usedBytes)
  }

  /** Gives an attached table room for `capacity` rows. Rows keep their index and content; new ones are zero. */
  grow(table: ArenaTable, capacity: number): void {
    const tenant = this.tenants.find((candidate) => candidate.table === table)
    assert(tenant !== undefined && capacity > tenant.capacity, 'arena grows a table that it holds, and only upwards')
    this.place(tenant, capacity, bytesNeeded(table, capacity))
  }

  /** Makes this arena hold the same rows as `source`, whose tables must have been attached in the same order. */
  copyFrom(source: Arena): void {
    assert(source.tenants.length === this.tenants.length, 'arenas of one shape')
    if (!this.hasLayoutOf(source)) this.takeLayoutOf(source)
    for (const { table } of source.tenants) table.saveFields?.()
    new Uint8Array(this.buffer, 0, source.usedBytes).set(new Uint8Array(source.buffer, 0, source.usedBytes))
    this.touchedBytes = Math.max(this.touchedBytes, source.usedBytes)
    for (const { table } of this.tenants) table.loadFields?.()
  }

  /** Returns a copy of the content, a large one without its gaps. */
  copy(): ArenaState {
    for (const { table } of this.tenants) table.saveFields?.()
    const isLarge = this.usedBytes > SWAPPED_BYTES
    const usedBytes = isLarge ? sizeOf(this.tenants) : this.usedBytes
    const buffer = this.newBuffer(usedBytes)
    if (isLarge)
      return { buffer, usedBytes, touchedBytes: usedBytes, places: copyInto(buffer, this.tenants, this.buffer) }
    new Uint8Array(buffer).set(new Uint8Array(this.buffer, 0, usedBytes))
    return { buffer, usedBytes, touchedBytes: usedBytes, places: this.places() }
  }

  /**
   * Continues with the content of this arena at another time, or of an arena whose tables were attached in the same order,
   * and returns the present content. The given content is this arena's from now on, and must not be used any more.
   */
  exchange({ buffer, usedBytes, touchedBytes, places }: ArenaState): ArenaState {
    assert(places.length === this.tenants.length, 'arenas of one shape')
    for (const { table } of this.tenants) table.saveFields?.()
    const present = {
      buffer: this.buffer,
      usedBytes: this.usedBytes,
      touchedBytes: this.touchedBytes,
      places: this.places(),
    }
    const bytes = Math.max(usedBytes, this.usedBytes)
    const isSwapped = bytes <= SWAPPED_BYTES && bytes <= Math.min(buffer.byteLength, this.buffer.byteLength)
    if (isSwapped) swap(buffer, this.buffer, bytes)
    else this.buffer = buffer
    this.usedBytes = usedBytes
    this.touchedBytes = isSwapped ? Math.max(this.touchedBytes, bytes) : touchedBytes
    this.tenants.forEach((tenant, i) => {
      const isBound = isSwapped && tenant.capacity === places[i].capacity && tenant.offset === places[i].offset
      Object.assign(tenant, places[i])
      if (!isBound) bind(tenant, this.buffer)
      tenant.table.loadFields?.()
    })
    return isSwapped ? { ...present, buffer, touchedBytes: Math.max(touchedBytes, bytes) } : present
  }

  private places(): Place[] {
    return this.tenants.map(({ capacity, offset, bytes }) => ({ capacity, offset, bytes }))
  }

  /** The bytes that the tables use, gaps included. */
  get sizeBytes(): number {
    return this.usedBytes
  }

  private hasLayoutOf(source: Arena): boolean {
    return this.tenants.every(
      ({ capacity, offset }, i) => capacity === source.tenants[i].capacity && offset === source.tenants[i].offset,
    )
  }

  private takeLayoutOf(source: Arena): void {
    this.limitBytes = source.limitBytes
    if (source.usedBytes > this.buffer.byteLength) {
      this.buffer = this.newBuffer(source.usedBytes)
      this.touchedBytes = 0
    }
    this.usedBytes = source.usedBytes
    this.tenants.forEach((tenant, i) => {
      const { capacity, offset, bytes } = source.tenants[i]
      assert(bytesNeeded(tenant.table, capacity) === bytes, 'arenas of one shape')
      tenant.capacity = capacity
      tenant.offset = offset
      tenant.bytes = bytes
      bind(tenant, this.buffer)
    })
  }

  /** Moves a table to the end of what is in use, where it has room for `capacity` rows, which take so many bytes. */
  private place(tenant: Tenant, capacity: number, bytes: number): void {
    const before = tenant.capacity === 0 ? [] : columnsOf(tenant, this.buffer)
    const isLast = tenant.offset + tenant.bytes === this.usedBytes
    const start = isLast ? tenant.offset : this.usedBytes
    if (start + bytes > this.buffer.byteLength) this.moveOthers(tenant, bytes)
    else this.usedBytes = start
    tenant.capacity = capacity
    tenant.bytes = bytes
    tenant.offset = this.usedBytes
    const columns = columnsOf(tenant, this.buffer)
    // The last column first: where the table lies at the same place, columns move over those behind them.
    for (let i = columns.length - 1; i >= 0; i--) {
      const column = bytesOf(columns[i])
      const old = bytesOf(before[i] ?? NO_BYTES)
      column.set(old)
      clear(column.subarray(old.length), this.touchedBytes)
    }
    this.use(bytes)
  }

  /** Adds so many bytes to those in use. */
  private use(bytes: number): void {
    this.usedBytes += bytes
    this.touchedBytes = Math.max(this.touchedBytes, this.usedBytes)
  }

  /** @throws OutOfMemory */
  private newBuffer(liveBytes: number): ArrayBuffer {
    if (liveBytes > Math.min(this.limitBytes, MOST_BYTES)) throw new OutOfMemory(liveBytes)
    try {
      return new ArrayBuffer(Math.min(roomFor(liveBytes), MOST_BYTES))
    } catch {
      // A RangeError: the machine, or the engine's largest buffer, holds no more.
      throw new OutOfMemory(liveBytes)
    }
  }

  /** Lays all tables but one end to end in a buffer that has room for `bytes` more. */
  private moveOthers(table: Tenant, bytes: number): void {
    const others = this.tenants.filter((tenant) => tenant !== table)
    const usedBytes = sizeOf(others)
    const buffer = this.newBuffer(usedBytes + bytes)
    const places = copyInto(buffer, others, this.buffer)
    this.buffer = buffer
    this.usedBytes = usedBytes
    this.touchedBytes = usedBytes
    others.forEach((tenant, i) => {
      tenant.offset = places[i].offset
      bind(tenant, buffer)
    })
  }
}

function sizeOf(tenants: readonly Tenant[]): number {
  return tenants.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Copies tables from one buffer into a new one, end to end, and returns their places there. */
function copyInto(buffer: ArrayBuffer, tenants: readonly Tenant[], from: ArrayBuffer): Place[] {
  let end = 0
  return tenants.map(({ capacity, offset, bytes }) => {
    const place = { capacity, offset: end, bytes }
    copyPages(new Uint8Array(buffer, end, bytes), new Uint8Array(from, offset, bytes))
    end += bytes
    return place
  })
}

/** The size of a page of memory of most machines. */
const PAGE_BYTES = 4_096

/** Copies bytes over zeroes, but not those of whole pages that are zero, such as of rows that were never used. */
function copyPages(to: Uint8Array, from: Uint8Array): void {
  for (let start = 0; start < from.length; start += PAGE_BYTES) {
    const page = from.subarray(start, start + PAGE_BYTES)
    if (!isZero(page)) to.set(page, start)
  }
}

/** Returns whether all bytes are zero. They are some of a table, which has whole cache lines. */
function isZero({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const numbers = new Int32Array(buffer, byteOffset, byteLength / 4)
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) return false
  return true
}

/** Sets the bytes of a part of a buffer to zero that is zero already from `touchedBytes` on. */
function clear(bytes: Uint8Array, touchedBytes: number): void {
  const dirty = Math.min(bytes.length, touchedBytes - bytes.byteOffset)
  if (dirty > 0) bytes.fill(0, 0, dirty)
}

/**
 * Up to this size, contents are exchanged between two buffers, so that only tables that have moved are bound again. To
 * bind all tables of a small simulation takes longer than to copy it.
 */
const SWAPPED_BYTES = 1 << 22

/** The bytes that are exchanged at a time: so few that they stay in the processor's cache. */
const CHUNK = new Uint8Array(1 << 16)

/** Exchanges the first bytes of two buffers. */
function swap(some: ArrayBuffer, other: ArrayBuffer, bytes: number): void {
  for (let start = 0; start < bytes; start += CHUNK.length) {
    const length = Math.min(CHUNK.length, bytes - start)
    const part = new Uint8Array(some, start, length)
    const otherPart = new Uint8Array(other, start, length)
    CHUNK.set(part)
    part.set(otherPart)
    otherPart.set(length === CHUNK.length ? CHUNK : CHUNK.subarray(0, length))
  }
}

type View = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

const NO_BYTES = new Uint8Array(0)

function bytesOf({ buffer, byteOffset, byteLength }: View): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Columns that also remember the views that they gave out. */
class RecordingColumns extends Columns {
  readonly views: View[] = []

  override float64(length?: number): Float64Array {
    return this.record(super.float64(length))
  }
  override int32(length?: number): Int32Array {
    return this.record(super.int32(length))
  }
  override uint32(length?: number): Uint32Array {
    return this.record(super.uint32(length))
  }
  override uint16(length?: number): Uint16Array {
    return this.record(super.uint16(length))
  }
  override uint8(length?: number): Uint8Array {
    return this.record(super.uint8(length))
  }

  private record<V extends View>(view: V): V {
    this.views.push(view)
    return view
  }
}

function bytesNeeded(table: ArenaTable, capacity: number): number {
  const columns = new Columns(null, 0, capacity)
  table.layOut(columns)
  return columns.usedBytes
}

/** Points the table's columns into `buffer`, at the tenant's place. */
function bind({ table, offset, capacity }: Tenant, buffer: ArrayBuffer): void {
  table.layOut(new Columns(buffer, offset, capacity))
}

/** Does the same, and returns the columns. */
function columnsOf(tenant: Tenant, buffer: ArrayBuffer): View[] {
  const columns = new RecordingColumns(buffer, tenant.offset, tenant.capacity)
  tenant.table.layOut(columns)
  return columns.views
}

/** Room beyond this grows by a quarter and no longer by two, since the machine's memory is in sight. */
const LARGE_BYTES = 1 << 28

/**
 * Returns the size of a buffer for so many bytes, with a quarter or more to spare, so that few tables that grow find it
 * full.
 */
function roomFor(bytes: number): number {
  if (bytes > LARGE_BYTES) return Math.ceil((bytes * 1.25) / LARGE_BYTES) * LARGE_BYTES
  // A simulation of a small cluster fits, so that its tables are bound once while it is built.
  let room = 1 << 20
  while (room * 0.75 < bytes) room *= 2
  return room
}
