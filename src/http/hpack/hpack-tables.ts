import type { Arena } from '../../engine/arena.ts'
import { NONE, Table } from '../../engine/table.ts'
import type { Hpack } from '../rows.ts'
import type { HeaderFields, KnownField } from './header-fields.ts'
import { integerBytes } from './integer.ts'
import { NO_INDEX, STATIC_TABLE } from './static-table.ts'

/** SETTINGS_HEADER_TABLE_SIZE when a peer sets nothing else (RFC 9113 section 6.5.2), as Go's peers do not. */
const DEFAULT_TABLE_BYTES = 4096

/** The least that an entry counts (RFC 7541 section 4.1). */
const MIN_ENTRY_BYTES = 32

/** The most entries that the largest table can hold: DEFAULT_TABLE_BYTES / MIN_ENTRY_BYTES. */
const MAX_ENTRIES = 128

/**
 * Dynamic tables of HPACK encoders, one for each direction of an HTTP/2 connection. The decoder's table always equals
 * the encoder's, so only one is kept. Which entry is used and which field enters the table is as in Go
 * (x/net/http2/hpack/encode.go), which both ends of most Kubernetes paths run.
 */
export class HpackTables extends Table<Hpack> {
  private readonly fields: HeaderFields
  private readonly maxTableBytes: number
  private readonly maxEntries: number
  /** 1 when the next header block begins with the size of the table. */
  private readonly mustSendSize = this.int32()
  /** The position of the oldest entry in the row's ring. */
  private readonly oldest = this.int32()
  /** The number of entries in the row's ring, and their size (RFC 7541 section 4.1). */
  private readonly entryCount = this.int32()
  private readonly tableBytes = this.int32()
  /** The head that was encoded last, and the size of its block, if this changed nothing in the row; or NONE. */
  private readonly knownHead = this.int32(NONE)
  private readonly knownBytes = this.int32()
  /** A ring of field numbers per row. It comes last, and its first entries lie beside the columns above. */
  private readonly ring = this.int32(0, MAX_ENTRIES)
  /** True as soon as the block that is being encoded has changed its row. */
  private hasChanged = false

  constructor(arena: Arena, fields: HeaderFields, maxTableBytes = DEFAULT_TABLE_BYTES) {
    super(arena, 16)
    this.fields = fields
    this.maxTableBytes = maxTableBytes
    this.maxEntries = Math.floor(maxTableBytes / MIN_ENTRY_BYTES)
    this.attach()
  }

  /**
   * Called when the decoder's end has sent the size of its table in SETTINGS. Go's encoder acknowledges it at the start
   * of the next header block (RFC 7541 section 6.3), even when the size does not change.
   */
  onPeerTableSize(row: Hpack): void {
    this.mustSendSize[row] = 1
    this.knownHead[row] = NONE
  }

  /**
   * Returns the same as `encode` for the fields of a message's head, with the same effect. The heads of a row are
   * either all requests or all responses, so their numbers identify them. Most heads equal the one before, with all
   * fields in the table.
   */
  encodeHead(row: Hpack, head: number, fieldIds: ArrayLike<number>, begin: number, end: number): number {
    if (this.knownHead[row] === head) return this.knownBytes[row]
    const bytes = this.encode(row, fieldIds, begin, end)
    if (!this.hasChanged) {
      this.knownHead[row] = head
      this.knownBytes[row] = bytes
    }
    return bytes
  }

  /**
   * Returns the size of the header block of the fields from `begin` up to `end` in a list, in this order, and enters them
   * into the table.
   */
  encode(row: Hpack, fieldIds: ArrayLike<number>, begin = 0, end = fieldIds.length): number {
    this.hasChanged = this.mustSendSize[row] === 1
    this.knownHead[row] = NONE
    let bytes = this.hasChanged ? integerBytes(this.maxTableBytes, 5) : 0
    this.mustSendSize[row] = 0
    for (let i = begin; i < end; i++) bytes += this.encodeField(row, fieldIds[i])
    return bytes
  }

  /** Returns the number of the field of an entry, by age (0 is the newest); NONE when no entry is that old. */
  entryAt(row: Hpack, age: number): number {
    const count = this.entryCount[row]
    if (age >= count) return NONE
    return this.ring[this.place(row, count - 1 - age)]
  }

  /** Returns the size of all entries (RFC 7541 section 4.1). */
  sizeBytes(row: Hpack): number {
    return this.tableBytes[row]
  }

  private encodeField(row: Hpack, id: number): number {
    const index = this.fields.isLookedUp(id) ? this.indexOfField(row, id) : NO_INDEX
    if (index !== NO_INDEX) return integerBytes(index, 7)
    const field = this.fields.get(id)
    if (field.staticIndex !== NO_INDEX) return integerBytes(field.staticIndex, 7)
    // The index of the name is looked up before the new entry shifts it.
    const nameIndex = this.indexOfName(row, field)
    const indexing = !field.sensitive && field.entryBytes <= this.maxTableBytes
    if (indexing) this.insert(row, id, field.entryBytes)
    return nameBytes(field, nameIndex, indexing) + field.valueLiteralBytes
  }

  private indexOfField(row: Hpack, id: number): number {
    const { ring } = this
    const count = this.entryCount[row]
    let place = this.place(row, count - 1)
    for (let age = 0; age < count; age++) {
      if (ring[place] === id) return dynamicIndex(age)
      place = place === row ? row + this.maxEntries - 1 : place - 1
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
    this.hasChanged = true
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

  /** Returns the position in the ring of the `nth` entry, counted from the oldest (0). */
  private place(row: Hpack, nth: number): number {
    return row + ((this.oldest[row] + nth) % this.maxEntries)
  }
}

/** Returns the index of a dynamic entry by age. The newest entry follows the static table (RFC 7541 section 2.3.3). */
function dynamicIndex(age: number): number {
  return STATIC_TABLE.length + 1 + age
}

/** Returns the size of a name: its index, or index 0 and the name as a literal (RFC 7541 section 6.2). */
function nameBytes(field: KnownField, nameIndex: number, indexing: boolean): number {
  const indexBytes = integerBytes(nameIndex, indexing ? 6 : 4)
  return nameIndex === NO_INDEX ? indexBytes + field.nameLiteralBytes : indexBytes
}
