import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Hpack } from '../rows.ts'
import type { HeaderFields, KnownField } from './header-fields.ts'
import { integerBytes } from './integer.ts'
import { NO_INDEX, STATIC_TABLE } from './static-table.ts'

/** SETTINGS_HEADER_TABLE_SIZE where a peer says nothing else (RFC 9113 6.5.2), and Go's ends do not. */
const DEFAULT_TABLE_BYTES = 4096

/** An entry is charged with 32 bytes and more (RFC 7541 4.1). */
const MIN_ENTRY_BYTES = 32

/** Entries that the largest table has room for: DEFAULT_TABLE_BYTES / MIN_ENTRY_BYTES. */
const MAX_ENTRIES = 128

/**
 * Dynamic tables of HPACK encoders, one for each direction of an HTTP/2 connection. The decoder's table is always
 * the same as the encoder's, so there is only one. Which entry is found and what is put into the table is as in Go
 * (x/net http2/hpack, encode.go), which is what both ends of most Kubernetes paths run.
 */
export class HpackTables extends Table<Hpack> {
  private readonly fields: HeaderFields
  private readonly maxTableBytes: number
  private readonly maxEntries: number
  /** A ring of field numbers a row. */
  private readonly ring = this.int32(0, MAX_ENTRIES)
  /** Place of the oldest entry in the row's ring. */
  private readonly oldest = this.int32()
  /** Entries in the row's ring, and what the table charges for them. */
  private readonly entryCount = this.int32()
  private readonly tableBytes = this.int32()
  /** Whether the next block begins with the table's size. */
  private readonly owesSize = this.uint8()

  constructor(arena: Arena, fields: HeaderFields, maxTableBytes = DEFAULT_TABLE_BYTES) {
    super(arena, 16)
    this.fields = fields
    this.maxTableBytes = maxTableBytes
    this.maxEntries = Math.floor(maxTableBytes / MIN_ENTRY_BYTES)
    this.attach()
  }

  /**
   * The decoder's end has named the size of its table in SETTINGS: Go's encoder acknowledges that at the start of the
   * next block (RFC 7541 6.3), even where it is the size that holds anyway.
   */
  onPeerTableSize(row: Hpack): void {
    this.owesSize[row] = 1
  }

  /** Bytes of the header block of these fields, in this order; the table learns them. */
  encode(row: Hpack, fieldIds: readonly number[]): number {
    let bytes = this.owesSize[row] === 1 ? integerBytes(this.maxTableBytes, 5) : 0
    this.owesSize[row] = 0
    for (let i = 0; i < fieldIds.length; i++) bytes += this.encodeField(row, fieldIds[i])
    return bytes
  }

  /** Of the entry `age` (0: the newest); NONE where there is none that old. */
  entryAt(row: Hpack, age: number): number {
    const count = this.entryCount[row]
    if (age >= count) return NONE
    return this.ring[this.place(row, count - 1 - age)]
  }

  /** What the entries are charged with (RFC 7541 4.1). */
  sizeBytes(row: Hpack): number {
    return this.tableBytes[row]
  }

  private encodeField(row: Hpack, id: number): number {
    const field = this.fields.get(id)
    if (field.staticIndex !== NO_INDEX) return integerBytes(field.staticIndex, 7)
    const index = field.sensitive || field.changesEachTime ? NO_INDEX : this.indexOfField(row, id)
    if (index !== NO_INDEX) return integerBytes(index, 7)
    // The name's index is that of before the new entry.
    const nameIndex = this.indexOfName(row, field)
    const indexing = !field.sensitive && field.entryBytes <= this.maxTableBytes
    if (indexing) this.insert(row, id, field.entryBytes)
    return nameBytes(field, nameIndex, indexing) + field.valueLiteralBytes
  }

  private indexOfField(row: Hpack, id: number): number {
    const count = this.entryCount[row]
    for (let age = 0; age < count; age++) {
      if (this.ring[this.place(row, count - 1 - age)] === id) return dynamicIndex(age)
    }
    return NO_INDEX
  }

  private indexOfName(row: Hpack, field: KnownField): number {
    if (field.staticNameIndex !== NO_INDEX) return field.staticNameIndex
    const count = this.entryCount[row]
    for (let age = 0; age < count; age++) {
      const entry = this.ring[this.place(row, count - 1 - age)]
      if (this.fields.get(entry).nameId === field.nameId) return dynamicIndex(age)
    }
    return NO_INDEX
  }

  private insert(row: Hpack, id: number, entryBytes: number): void {
    while (this.tableBytes[row] + entryBytes > this.maxTableBytes) this.evictOldest(row)
    const count = this.entryCount[row]
    this.ring[this.place(row, count)] = id
    this.entryCount[row] = count + 1
    this.tableBytes[row] += entryBytes
  }

  private evictOldest(row: Hpack): void {
    const entry = this.ring[this.place(row, 0)]
    this.tableBytes[row] -= this.fields.get(entry).entryBytes
    this.oldest[row] = (this.oldest[row] + 1) % this.maxEntries
    this.entryCount[row]--
  }

  /** Of the `nth` entry in the ring, the oldest being 0. */
  private place(row: Hpack, nth: number): number {
    return row + ((this.oldest[row] + nth) % this.maxEntries)
  }
}

/** The newest entry comes right after the static table (RFC 7541 2.3.3). */
function dynamicIndex(age: number): number {
  return STATIC_TABLE.length + 1 + age
}

/** The index of the name, or 0 and the name itself (RFC 7541 6.2). */
function nameBytes(field: KnownField, nameIndex: number, indexing: boolean): number {
  const indexBytes = integerBytes(nameIndex, indexing ? 6 : 4)
  return nameIndex === NO_INDEX ? indexBytes + field.nameLiteralBytes : indexBytes
}
