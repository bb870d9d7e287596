import type { HeaderFields, KnownField } from '../../http/hpack/header-fields.ts'
import { CODE_BITS, huffmanBytes } from '../../http/hpack/huffman.ts'
import { NO_INDEX, STATIC_TABLE } from '../../http/hpack/static-table.ts'
import { ByteWriter } from './byte-writer.ts'

const TABLE_BYTES = 4096

/** The first bits of each representation, and the size of its integer prefix in bits (RFC 7541 section 6). */
const INDEXED = [0x80, 7] as const
const WITH_INDEXING = [0x40, 6] as const
const WITHOUT_INDEXING = [0x00, 4] as const
const NEVER_INDEXED = [0x10, 4] as const
const TABLE_SIZE = [0x20, 5] as const
const HUFFMAN = [0x80, 7] as const
const NOT_HUFFMAN = [0x00, 7] as const

type Prefix = readonly [first: number, bits: number]

/**
 * Encodes header blocks (RFC 7541) as Go does (x/net/http2/hpack/encode.go). It makes the same choices as `HpackTables`,
 * which only counts, so its blocks have the sizes that were simulated.
 */
export class HpackEncoder {
  private readonly fields: HeaderFields
  /** The dynamic table, newest entry first. An entry is the number of a field. */
  private readonly entries: number[] = []
  private tableBytes = 0

  constructor(fields: HeaderFields) {
    this.fields = fields
  }

  /**
   * Returns the block of these fields in `blockBytes` bytes. It begins with a table size update if there is room for
   * one.
   */
  encode(ids: readonly number[], blockBytes: number): Uint8Array {
    const writer = new ByteWriter()
    for (const id of ids) this.writeField(writer, id)
    if (writer.length >= blockBytes) return writer.take()
    const sized = new ByteWriter()
    writeInteger(sized, TABLE_SIZE, TABLE_BYTES)
    return sized.bytes(writer.take()).take()
  }

  private writeField(writer: ByteWriter, id: number): void {
    const field = this.fields.get(id)
    if (field.staticIndex !== NO_INDEX) return writeInteger(writer, INDEXED, field.staticIndex)
    const known = field.sensitive || field.changesEachTime ? -1 : this.entries.indexOf(id)
    if (known >= 0) return writeInteger(writer, INDEXED, dynamicIndex(known))
    const nameIndex = this.indexOfName(field)
    const isIndexed = !field.sensitive && field.entryBytes <= TABLE_BYTES
    if (isIndexed) this.insert(id, field.entryBytes)
    writeInteger(writer, isIndexed ? WITH_INDEXING : field.sensitive ? NEVER_INDEXED : WITHOUT_INDEXING, nameIndex)
    if (nameIndex === NO_INDEX) writeString(writer, field.name)
    writeString(writer, field.value)
  }

  private indexOfName({ staticNameIndex, nameId }: KnownField): number {
    if (staticNameIndex !== NO_INDEX) return staticNameIndex
    const age = this.entries.findIndex((entry) => this.fields.get(entry).nameId === nameId)
    return age < 0 ? NO_INDEX : dynamicIndex(age)
  }

  private insert(id: number, entryBytes: number): void {
    while (this.tableBytes + entryBytes > TABLE_BYTES) {
      const oldest = this.entries.pop()
      if (oldest !== undefined) this.tableBytes -= this.fields.get(oldest).entryBytes
    }
    this.entries.unshift(id)
    this.tableBytes += entryBytes
  }
}

/** Returns the index of a dynamic entry. The newest entry follows the static table (RFC 7541 section 2.3.3). */
function dynamicIndex(age: number): number {
  return STATIC_TABLE.length + 1 + age
}

/** Writes an integer after a prefix (RFC 7541 section 5.1). */
function writeInteger(writer: ByteWriter, [first, bits]: Prefix, value: number): void {
  const most = (1 << bits) - 1
  if (value < most) return void writer.number(first | value, 1)
  writer.number(first | most, 1)
  let rest = value - most
  for (; rest >= 128; rest = Math.floor(rest / 128)) writer.number((rest % 128) | 0x80, 1)
  writer.number(rest, 1)
}

/** Writes a string, Huffman-coded if that is shorter (RFC 7541 section 5.2). */
function writeString(writer: ByteWriter, text: string): void {
  const bytes = new TextEncoder().encode(text)
  const codedBytes = huffmanBytes(bytes)
  if (codedBytes < bytes.length) {
    writeInteger(writer, HUFFMAN, codedBytes)
    writer.bytes(huffmanCode(bytes))
  } else {
    writeInteger(writer, NOT_HUFFMAN, bytes.length)
    writer.bytes(bytes)
  }
}

/**
 * The codes of RFC 7541 appendix B, by byte. They are canonical: sorted by length and then by byte, each code is the
 * previous one plus one, shifted left to its length. The code 256 (end of string) comes last.
 */
const CODES: readonly number[] = canonicalCodes()

function canonicalCodes(): number[] {
  const order = CODE_BITS.map((_, byte) => byte).sort((a, b) => CODE_BITS[a] - CODE_BITS[b] || a - b)
  const codes: number[] = []
  let code = 0
  let bits = CODE_BITS[order[0]]
  for (const byte of order) {
    for (; bits < CODE_BITS[byte]; bits++) code *= 2
    codes[byte] = code++
  }
  return codes
}

function huffmanCode(bytes: Uint8Array): Uint8Array {
  const coded = new Uint8Array(huffmanBytes(bytes)).fill(0)
  let at = 0
  const push = (bit: number) => {
    coded[at >> 3] |= bit << (7 - (at & 7))
    at++
  }
  for (const byte of bytes) for (let bit = CODE_BITS[byte] - 1; bit >= 0; bit--) push((CODES[byte] >>> bit) & 1)
  // The padding is the beginning of the end-of-string code: ones.
  while (at < 8 * coded.length) push(1)
  return coded
}
