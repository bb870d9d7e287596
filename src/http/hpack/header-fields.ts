import { assert } from '../../engine/assert.ts'
import { huffmanBytes } from './huffman.ts'
import { integerBytes } from './integer.ts'
import { staticIndexOfField, staticIndexOfName } from './static-table.ts'

export interface HeaderField {
  /** In lower case, as HTTP/2 wants it (RFC 9113 8.2). */
  readonly name: string
  readonly value: string
  /**
   * Sent as "never indexed" (RFC 7541 6.2.3). Go's client and server mark no field so, not even `authorization`;
   * other stacks do.
   */
  readonly sensitive?: boolean
  /**
   * `value` is one of many that take turns, all of one size, such as a date or the id of a request: each sending
   * spells the value out and puts it into the table, where no later one finds it.
   */
  readonly changesEachTime?: boolean
}

/** What the table charges for an entry besides its name and value (RFC 7541 4.1). */
const ENTRY_OVERHEAD_BYTES = 32

/** What an encoder needs to know of one header field. */
export interface KnownField {
  readonly nameId: number
  /** In the static table, NO_INDEX where it is not there: the field, and any field of that name. */
  readonly staticIndex: number
  readonly staticNameIndex: number
  /** String literals (RFC 7541 5.2), the length included. */
  readonly nameLiteralBytes: number
  readonly valueLiteralBytes: number
  /** In the dynamic table. */
  readonly entryBytes: number
  readonly sensitive: boolean
  readonly changesEachTime: boolean
}

/**
 * Numbers for header fields, so that tables of them are tables of integers. Filled while a simulation is planned;
 * all its forks share one.
 */
export class HeaderFields {
  private readonly known: KnownField[] = []
  private readonly idByKey = new Map<string, number>()
  private readonly nameIdByName = new Map<string, number>()

  /** The number of a field: the same for an equal one. */
  intern(field: HeaderField): number {
    const { name, value, sensitive = false, changesEachTime = false } = field
    assert(name !== '' && name === name.toLowerCase(), 'a header field has a name, in lower case')
    const key = JSON.stringify([name, value, sensitive, changesEachTime])
    const known = this.idByKey.get(key)
    if (known !== undefined) return known
    const id = this.known.push(this.learn(name, value, sensitive, changesEachTime)) - 1
    this.idByKey.set(key, id)
    return id
  }

  internAll(fields: readonly HeaderField[]): readonly number[] {
    return fields.map((field) => this.intern(field))
  }

  get(id: number): KnownField {
    return this.known[id]
  }

  private learn(name: string, value: string, sensitive: boolean, changesEachTime: boolean): KnownField {
    const nameBytes = bytesOf(name)
    const valueBytes = bytesOf(value)
    return {
      nameId: this.nameId(name),
      staticIndex: sensitive || changesEachTime ? 0 : staticIndexOfField(name, value),
      staticNameIndex: staticIndexOfName(name),
      nameLiteralBytes: literalBytes(nameBytes),
      valueLiteralBytes: literalBytes(valueBytes),
      entryBytes: nameBytes.length + valueBytes.length + ENTRY_OVERHEAD_BYTES,
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

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** In Huffman codes where those are shorter, as Go's encoder does it (x/net http2/hpack, appendHpackString). */
function literalBytes(text: Uint8Array): number {
  const bytes = Math.min(text.length, huffmanBytes(text))
  return integerBytes(bytes, 7) + bytes
}
