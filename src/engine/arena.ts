import { assert } from './assert.ts'

/** Every column starts on this boundary, so that it may be viewed as 64-bit numbers. */
const ALIGNMENT_BYTES = 8

/**
 * Hands a table its columns, in the order in which it asks for them. A table asks twice: once to learn the
 * bytes that it needs, once to receive its views.
 */
export class Columns {
  private readonly buffer: ArrayBuffer | null
  private offset: number
  private readonly start: number
  readonly capacity: number

  constructor(buffer: ArrayBuffer | null, start: number, capacity: number) {
    this.buffer = buffer
    this.start = start
    this.offset = start
    this.capacity = capacity
  }

  get usedBytes(): number {
    return this.offset - this.start
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
    return offset
  }
}

const EMPTY_FLOAT64 = new Float64Array(0)
const EMPTY_INT32 = new Int32Array(0)
const EMPTY_UINT32 = new Uint32Array(0)
const EMPTY_UINT16 = new Uint16Array(0)
const EMPTY_UINT8 = new Uint8Array(0)

/** What the arena needs of a table: how many rows it has room for, and where its columns are. */
export interface ArenaTable {
  /** Takes every column of the table from `columns`, always in the same order. */
  layOut(columns: Columns): void
}

interface Tenant {
  readonly table: ArenaTable
  capacity: number
  offset: number
  bytes: number
}

/**
 * One buffer that holds all the hot state of a simulation, so that a fork is one copy. Tables are laid end to
 * end in the order in which they were attached; growing one lays all of them anew in a larger buffer, which
 * doubling makes rare.
 *
 * Views into the buffer die when it grows: hold the table, never a column, across anything that may add a row. That
 * includes `table.column[row] = makeSomething()`, which takes the view before the call: call first, then store.
 */
export class Arena {
  private buffer = new ArrayBuffer(0)
  private usedBytes = 0
  private readonly tenants: Tenant[] = []

  /** Gives `table` room for `capacity` rows, all columns zero. */
  attach(table: ArenaTable, capacity: number): void {
    const tenant: Tenant = { table, capacity, offset: this.usedBytes, bytes: bytesNeeded(table, capacity) }
    this.tenants.push(tenant)
    const needed = this.usedBytes + tenant.bytes
    if (needed > this.buffer.byteLength) this.moveTo(new ArrayBuffer(roomFor(needed)))
    // A larger state may have been copied into the buffer before.
    new Uint8Array(this.buffer, this.usedBytes, tenant.bytes).fill(0)
    this.usedBytes = needed
    bind(tenant, this.buffer)
  }

  /** Gives an attached table room for `capacity` rows. Rows keep their index and content; new ones are zero. */
  grow(table: ArenaTable, capacity: number): void {
    const grown = this.tenants.find((tenant) => tenant.table === table)
    assert(grown !== undefined && capacity > grown.capacity, 'arena grows a table that it holds, and only upwards')
    this.layOutAnew((tenant) => (tenant === grown ? capacity : tenant.capacity))
  }

  /** Makes this arena hold the same rows as `source`, whose tables must have been attached in the same order. */
  copyFrom(source: Arena): void {
    assert(source.tenants.length === this.tenants.length, 'arenas of one shape')
    if (!this.hasLayoutOf(source)) this.takeLayoutOf(source)
    new Uint8Array(this.buffer, 0, source.usedBytes).set(new Uint8Array(source.buffer, 0, source.usedBytes))
  }

  get sizeBytes(): number {
    return this.usedBytes
  }

  private hasLayoutOf(source: Arena): boolean {
    return this.tenants.every((tenant, i) => tenant.capacity === source.tenants[i].capacity)
  }

  private takeLayoutOf(source: Arena): void {
    if (source.usedBytes > this.buffer.byteLength) this.buffer = new ArrayBuffer(source.buffer.byteLength)
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

  private layOutAnew(capacityOf: (tenant: Tenant) => number): void {
    const before = this.buffer
    const moved = this.tenants.map((tenant) => {
      const old = bind(tenant, before)
      tenant.capacity = capacityOf(tenant)
      tenant.bytes = bytesNeeded(tenant.table, tenant.capacity)
      return { tenant, old }
    })
    this.usedBytes = moved.reduce((offset, { tenant }) => {
      tenant.offset = offset
      return offset + tenant.bytes
    }, 0)
    this.buffer = new ArrayBuffer(roomFor(this.usedBytes))
    for (const { tenant, old } of moved) {
      const views = bind(tenant, this.buffer)
      views.forEach((view, i) => {
        view.set(old[i])
      })
    }
  }

  private moveTo(buffer: ArrayBuffer): void {
    new Uint8Array(buffer).set(new Uint8Array(this.buffer, 0, this.usedBytes))
    this.buffer = buffer
    for (const tenant of this.tenants.slice(0, -1)) bind(tenant, buffer)
  }
}

type View = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

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

/** Points the table's columns into `buffer`, at the tenant's place, and returns them. */
function bind(tenant: Tenant, buffer: ArrayBuffer): View[] {
  const columns = new RecordingColumns(buffer, tenant.offset, tenant.capacity)
  tenant.table.layOut(columns)
  return columns.views
}

function roomFor(bytes: number): number {
  let room = 1 << 16
  while (room < bytes) room *= 2
  return room
}
