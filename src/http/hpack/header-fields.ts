import { assert } from '../../engine/assert.ts'
import { huffmanBytes } from './huffman.ts'
import { integerBytes } from './integer.ts'
import { NO_INDEX, staticIndexOfField, staticIndexOfName } from './static-table.ts'

/** A header field before it is encoded. */
export interface HeaderField {
  /** The name in lower case, as HTTP/2 requires (RFC 9113 section 8.2). */
  readonly name: string
  readonly value: string
  /**
   * Send the field as "never indexed" (RFC 7541 section 6.2.3). Go's client and server do so for no field, not even
   * `authorization`; other stacks do.
   */
  readonly sensitive?: boolean
  /**
   * The value is a placeholder for one that differs in each message and always has the same size, such as a date or a
   * request id. It is encoded as a literal each time, and enters the table each time, where no later field finds it.
   */
  readonly changesEachTime?: boolean
}

/** Bytes that an entry of the dynamic table counts beside its name and value (RFC 7541 section 4.1). */
const ENTRY_OVERHEAD_BYTES = 32

/** A header field as the encoder knows it. */
export interface KnownField {
  readonly name: string
  readonly value: string
  readonly nameId: number
  /** The index in the static table of the field, and of any field with that name; NO_INDEX when there is none. */
  readonly staticIndex: number
  readonly staticNameIndex: number
  /** Sizes of the string literals (RFC 7541 section 5.2), their length included. */
  readonly nameLiteralBytes: number
  readonly valueLiteralBytes: number
  /** The size of the field in the dynamic table. */
  readonly entryBytes: number
  readonly sensitive: boolean
  readonly changesEachTime: boolean
}

/**
 * Numbers for header fields, so that HPACK tables are tables of integers. It is filled while a simulation is planned,
 * and shared by all its forks.
 */
export class HeaderFields {
  private readonly known: KnownField[] = []
  /** For each number whether the dynamic table may have the field; apart, since it is asked for each field sent. */
  private readonly lookedUp: boolean[] = []
  private readonly idByKey = new Map<string, number>()
  private readonly nameIdByName = new Map<string, number>()

  /** Returns the number of a field. Equal fields have the same number. */
  intern(field: HeaderField): number {
    const { name, value, sensitive = false, changesEachTime = false } = field
    assert(name !== '' && name === name.toLowerCase(), 'the name of a header field is not empty and in lower case')
    // No name has a line feed.
    const key = `${sensitive ? 's' : ''}${changesEachTime ? 'c' : ''}\n${name}\n${value}`
    const known = this.idByKey.get(key)
    if (known !== undefined) return known
    const described = this.describe(name, value, sensitive, changesEachTime)
    const id = this.known.push(described) - 1
    this.lookedUp.push(described.staticIndex === NO_INDEX && !sensitive && !changesEachTime)
    this.idByKey.set(key, id)
    return id
  }

  internAll(fields: readonly HeaderField[]): readonly number[] {
    return fields.map((field) => this.intern(field))
  }

  get(id: number): KnownField {
    return this.known[id]
  }

  /** Returns whether an encoder looks for the field in its dynamic table. */
  isLookedUp(id: number): boolean {
    return this.lookedUp[id]
  }

  private describe(name: string, value: string, sensitive: boolean, changesEachTime: boolean): KnownField {
    const nameSizes = sizesOf(name)
    const valueSizes = sizesOf(value)
    return {
      name,
      value,
      nameId: this.nameId(name),
      staticIndex: sensitive || changesEachTime ? 0 : staticIndexOfField(name, value),
      staticNameIndex: staticIndexOfName(name),
      nameLiteralBytes: nameSizes.literalBytes,
      valueLiteralBytes: valueSizes.literalBytes,
      entryBytes: nameSizes.bytes + valueSizes.bytes + ENTRY_OVERHEAD_BYTES,
      sensitive,
      changesEachTime,
    }
  }

  private nameId(name: string): number {
    const known = this.nameIdByName.get(name)
    if (known !== undefined) return known
    const id = this.nameIdByName.size
    this.nameIdByName.set(name, id)
    return id
  }
}

const ENCODER = new TextEncoder()

/** The sizes of a text, plain and as string literal. */
interface TextSizes {
  readonly bytes: number
  readonly literalBytes: number
}

/** The most texts whose sizes are remembered. Those of all requests of a cluster are some hundreds. */
const MOST_REMEMBERED = 4096

/** The sizes of texts that were planned before: simulations of similar scenarios send the same ones. */
const remembered = new Map<string, TextSizes>()

function sizesOf(text: string): TextSizes {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const bytes = ENCODER.encode(text)
  const sizes = { bytes: bytes.length, literalBytes: literalBytes(bytes) }
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(text, sizes)
  return sizes
}

/**
 * Returns the size of a string literal, Huffman coded if that is shorter, as Go's encoder does
 * (x/net/http2/hpack/encode.go, appendHpackString).
 */
function literalBytes(text: Uint8Array): number {
  const bytes = Math.min(text.length, huffmanBytes(text))
  return integerBytes(bytes, 7) + bytes
}
