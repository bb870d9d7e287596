import { huffmanBytes } from '../../src/http/hpack/huffman.ts'
import { STATIC_TABLE } from '../../src/http/hpack/static-table.ts'

/**
 * A header field of the reference implementation: HPACK with real bytes, with an encoder that chooses as Go's does, and
 * a decoder by RFC 7541 alone, which shows that the encoder's blocks are valid.
 */
export interface PlainField {
  readonly name: string
  readonly value: string
  readonly sensitive: boolean
}

class PlainTable {
  readonly entries: PlainField[] = []
  private readonly maxBytes: number

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  get sizeBytes(): number {
    return this.entries.reduce((sum, field) => sum + entryBytes(field), 0)
  }

  takes(field: PlainField): boolean {
    return !field.sensitive && entryBytes(field) <= this.maxBytes
  }

  insert(field: PlainField): void {
    this.entries.unshift(field)
    while (this.sizeBytes > this.maxBytes) this.entries.pop()
  }

  get all(): readonly (readonly [string, string])[] {
    return [...STATIC_TABLE, ...this.entries.map(({ name, value }) => [name, value] as const)]
  }
}

function entryBytes({ name, value }: PlainField): number {
  return name.length + value.length + 32
}

export class PlainEncoder {
  readonly table: PlainTable

  constructor(maxBytes: number) {
    this.table = new PlainTable(maxBytes)
  }

  encode(fields: readonly PlainField[]): number[] {
    return fields.flatMap((field) => this.encodeField(field))
  }

  private encodeField(field: PlainField): number[] {
    const { name, value, sensitive } = field
    const { all } = this.table
    const index = sensitive ? 0 : 1 + all.findIndex((entry) => entry[0] === name && entry[1] === value)
    if (index > 0) return integer(0x80, 7, index)
    const nameIndex = 1 + all.findIndex((entry) => entry[0] === name)
    const indexing = this.table.takes(field)
    if (indexing) this.table.insert(field)
    const start = indexing ? integer(0x40, 6, nameIndex) : integer(sensitive ? 0x10 : 0, 4, nameIndex)
    return [...start, ...(nameIndex === 0 ? literal(name) : []), ...literal(value)]
  }
}

export class PlainDecoder {
  private readonly table: PlainTable
  private bytes: readonly number[] = []
  private at = 0

  constructor(maxBytes: number) {
    this.table = new PlainTable(maxBytes)
  }

  decode(bytes: readonly number[]): PlainField[] {
    this.bytes = bytes
    this.at = 0
    const fields: PlainField[] = []
    while (this.at < bytes.length) fields.push(this.decodeField())
    return fields
  }

  private decodeField(): PlainField {
    const first = this.bytes[this.at]
    if (first >= 0x80) return this.entry(this.integer(7))
    const indexing = first >= 0x40
    const nameIndex = this.integer(indexing ? 6 : 4)
    const name = nameIndex === 0 ? this.literal() : this.entry(nameIndex).name
    const field = { name, value: this.literal(), sensitive: first >> 4 === 1 }
    if (indexing) this.table.insert(field)
    return field
  }

  private entry(index: number): PlainField {
    const [name, value] = this.table.all[index - 1]
    return { name, value, sensitive: false }
  }

  private integer(prefixBits: number): number {
    const max = 2 ** prefixBits - 1
    let value = this.bytes[this.at++] & max
    if (value < max) return value
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++]
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }

  private literal(): string {
    const isHuffman = this.bytes[this.at] >= 0x80
    const length = this.integer(7)
    const bytes = this.bytes.slice(this.at, this.at + length)
    this.at += length
    return isHuffman ? fromHuffman(bytes) : String.fromCharCode(...bytes)
  }
}

function integer(flags: number, prefixBits: number, value: number): number[] {
  const max = 2 ** prefixBits - 1
  if (value < max) return [flags | value]
  const bytes = [flags | max]
  let rest = value - max
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return [...bytes, rest]
}

function literal(text: string): number[] {
  const plain = [...text].map((letter) => letter.charCodeAt(0))
  const bits = plain.map((byte) => CODES[byte]).join('')
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  const packed = (padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2))
  return packed.length < plain.length
    ? [...integer(0x80, 7, packed.length), ...packed]
    : [...integer(0, 7, plain.length), ...plain]
}

function fromHuffman(bytes: readonly number[]): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let text = ''
  for (let start = 0, end = 5; end <= bits.length; end++) {
    const letter = BYTE_BY_CODE.get(bits.slice(start, end))
    if (letter === undefined) continue
    text += String.fromCharCode(letter)
    start = end
  }
  return text
}

/**
 * The Huffman codes of RFC 7541. The code is canonical: shorter codes come first, and codes of one length are in the
 * order of their bytes.
 */
const CODES = canonicalCodes()
const BYTE_BY_CODE = new Map(CODES.map((code, byte) => [code, byte]))

function canonicalCodes(): string[] {
  const lengths = Array.from({ length: 256 }, (_, byte) => codeBits(byte))
  const order = lengths.map((_, byte) => byte).sort((a, b) => lengths[a] - lengths[b] || a - b)
  const codes: string[] = []
  let next = 0
  let length = 0
  for (const byte of order) {
    next *= 2 ** (lengths[byte] - length)
    length = lengths[byte]
    codes[byte] = next.toString(2).padStart(length, '0')
    next++
  }
  return codes
}

/** Returns the length of a byte's code in bits: eight copies of a byte take as many bytes as one takes bits. */
export function codeBits(byte: number): number {
  return huffmanBytes(new Uint8Array(8).fill(byte))
}
